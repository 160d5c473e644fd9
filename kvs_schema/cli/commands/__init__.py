"""The commands, a module each: `run(arguments, screen)` carries one out and gives the exit code."""

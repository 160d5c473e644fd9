"""Real ffprobe output: recipes, the script that makes it, and committed samples."""

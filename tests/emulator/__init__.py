"""Tests of what posts callbacks: `kvs-schema send` and the emulator, against real receivers."""

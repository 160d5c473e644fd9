"""The command line `kvs-schema`: works from the base install, Rich (extra `cli`) makes it fine."""

from .main import main

__all__ = ["main"]

"""The language of the specification: its keywords, its pointers, its graph of schemas."""

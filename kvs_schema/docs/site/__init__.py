"""Pages, search and the MkDocs plugin."""

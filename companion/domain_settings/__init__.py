"""Changing the domain settings: what can be set, the files that hold it, and the history of changes."""

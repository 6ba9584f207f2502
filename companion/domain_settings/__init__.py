"""The domain settings while they are changed: what can be set, the files that hold it, and what was set before."""

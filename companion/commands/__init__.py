"""The commands of `python -m companion`, one module each."""

"""The demonstration: a dry-run bot on the replay exchange, begun where something is about to happen."""

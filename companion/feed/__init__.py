"""The feed: channels that are encoded once, sent to all clients as a snapshot and then as what changes."""

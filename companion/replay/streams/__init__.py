"""The WebSocket side of the replay exchange."""

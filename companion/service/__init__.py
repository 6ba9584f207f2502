"""The service: its parts put together, its tasks, its server. Everything below knows nothing of the whole."""

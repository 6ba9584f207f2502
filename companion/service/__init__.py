"""The service: its parts put together, its tasks, its server. The parts themselves know nothing of the whole."""

"""Open positions: their state, the exit engine's answers, fills."""

"""Open positions: their state, the exit engine's answers, fills, and the signals that wait for a fill."""

"""The account: equity, closed trades, guards and their pair locks, and what survives a restart."""

"""The account: equity, closed trades, guards as pair locks, and what survives a restart."""

"""The scanner: every coin of the market decided by the core, explained, ranked and published."""

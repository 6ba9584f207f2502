"""Leverage: the factors that a candle gives, the bounds that a position sets, and the one solution of both."""

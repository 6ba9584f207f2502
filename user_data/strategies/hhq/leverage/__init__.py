"""Leverage: the factors a candle gives, the bounds a position sets, and the one solution of both."""

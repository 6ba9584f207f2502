"""Explanations: why a coin-candle gave a signal or none, and where the candles of a range ended."""

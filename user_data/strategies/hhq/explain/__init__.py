"""Explanations: why a coin-candle gave a signal or none, and at which gates the candles of a range ended."""

"""Stress tapes: extreme events scripted into a generated market, run through Freqtrade's backtester and bot."""

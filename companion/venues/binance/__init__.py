"""Binance USDⓈ-M: everything that knows how this exchange spells, counts and refuses."""

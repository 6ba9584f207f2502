"""From Freqtrade's data frames to decisions: candles, market, recorded rows, columns."""

"""The market as this process knows it: coins, closed candles, live values. Streams write it, all others read it."""

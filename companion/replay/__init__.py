"""A local exchange that replays recorded Binance USDⓈ-M futures candles as if they happened now."""

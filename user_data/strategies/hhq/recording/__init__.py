"""What is recorded besides candles: order book, basis, whales, liquidations (docs/recorder.md)."""

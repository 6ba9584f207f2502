"""What is recorded besides candles: order book, basis, whales, liquidations (spec: signal §1)."""

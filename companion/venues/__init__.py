"""What an exchange must provide, in no exchange's own terms: typed events and values, and the protocols behind them."""

"""The scanner: decides every coin of the market with the core, explains, ranks and publishes."""

"""What an exchange must provide, in terms of none: typed events and values, and the protocols of their source."""

"""The REST side of the replay exchange: every route is a function of (exchange, parameters, instant)."""

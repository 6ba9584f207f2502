"""What is stored automatically: the bots' closed trades, the signals and the funnel of every scan."""

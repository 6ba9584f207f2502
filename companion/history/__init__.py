"""What goes into the store by itself: closed trades of the bots, signals and funnel of every scan."""

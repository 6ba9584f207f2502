"""Positions, trades and what they have earned, as page, feed and programs are told of them."""

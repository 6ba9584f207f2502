"""Streams of the whole market: the exchange's messages and REST answers become the market memory."""

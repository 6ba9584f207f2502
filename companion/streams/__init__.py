"""Streams of the whole market: typed events and answers of a venue become the market memory."""

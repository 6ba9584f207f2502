"""Streams of the whole market: turns a venue's typed events and answers into the market memory."""

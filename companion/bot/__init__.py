"""Freqtrade bots: their configuration in layers, their REST API and messages, and what is known of each."""

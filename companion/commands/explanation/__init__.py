"""Explanations and funnels as text and JSON."""

"""Faults on purpose: what goes wrong between a real exchange and its clients, drawn by a seed and counted."""

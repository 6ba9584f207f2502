"""Benchmarks against what others would use: side by side, in one run, on the same data."""

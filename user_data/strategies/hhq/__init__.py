"""The domain core of HHQ-1: every formula, threshold and state machine; no clock, no files, no network."""

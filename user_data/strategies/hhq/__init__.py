"""HHQ-1, the domain core: every formula, threshold and state machine; no clock, no files, no network."""

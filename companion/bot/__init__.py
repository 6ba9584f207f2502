"""Running Freqtrade: its configuration in layers, its processes, its log."""

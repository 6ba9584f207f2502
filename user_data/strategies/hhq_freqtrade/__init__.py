"""What stands between Freqtrade and the core: files, frames, locks, stored state. No formula lives here."""

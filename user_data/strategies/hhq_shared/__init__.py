"""The contract between the bot and the companion: file formats, settings files, keys. No freqtrade, no pandas."""

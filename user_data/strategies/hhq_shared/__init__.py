"""The contract between the bot and the companion: file formats, settings files, keys. Needs no freqtrade and no pandas."""

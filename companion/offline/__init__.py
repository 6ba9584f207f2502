"""Work on data folders: candles, decisions, what a pair allows, and the replay exchange that serves a folder."""

"""Work on data folders: candles, decisions, rules of pairs, and the replay exchange that serves a folder."""

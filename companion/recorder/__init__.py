"""Recorder of what candles do not hold: samples, rows sealed at each close, archive (docs/recorder.md)."""

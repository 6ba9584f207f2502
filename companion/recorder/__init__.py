"""Recorder of what candles do not hold: samples, rows sealed at each close, archive (spec: companion §3)."""

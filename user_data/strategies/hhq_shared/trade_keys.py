"""Keys of a trade's custom data in Freqtrade, under which its database and its API hold what we store with a trade."""

from __future__ import annotations

STATE_KEY = "hhq_state"
"""The exit engine's state: the record of :func:`hhq.exits.position.state_record`."""
SIGNAL_KEY = "hhq_signal"
"""Everything known at the entry: :func:`hhq_freqtrade.entry.signal_record.signal_record`."""
REASON_KEY = "hhq_close_reason"
"""Name of the close reason."""
FOUND_STOP_KEY = "hhq_found_stop"
"""Price of the stop that a position of another strategy was found with."""

"""Keys of what is stored with a trade, as custom data of Freqtrade: its database and its API know them by these."""

from __future__ import annotations

STATE_KEY = "hhq_state"
"""The exit engine's state: the record of :func:`hhq.exits.position.state_record`."""
SIGNAL_KEY = "hhq_signal"
"""What was known at the entry: :func:`hhq_freqtrade.entry.signal_record.signal_record`."""
REASON_KEY = "hhq_close_reason"
"""Name of the close reason."""
FOUND_STOP_KEY = "hhq_found_stop"
"""Price of the stop that a position of another strategy was found with."""

"""What stands between Freqtrade and the core: files, frames, locks, stored state. No formula lives here.

Four rooms, each of which imports those before it: ``analysis`` (frames to decisions), ``account`` (equity, guards),
``position`` (open positions) and ``entry`` (from a signal to an order). ``run`` wires them; what all of them use lies
below.
"""

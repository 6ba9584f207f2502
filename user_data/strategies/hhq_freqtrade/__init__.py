"""The layer between Freqtrade and the core: files, frames, locks, stored state. No formula lives here.

Four rooms, each of which may import those before it: ``analysis`` (frames to decisions), ``account`` (equity, guards),
``position`` (open positions) and ``entry`` (from a signal to an order). ``run`` wires them together; the modules next
to it are what all of them use.
"""

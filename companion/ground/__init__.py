"""What every part of the companion builds on: time, processes, ports, roles, errors."""

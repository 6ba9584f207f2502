"""What every part of the companion stands on: time, processes, ports, roles, errors."""

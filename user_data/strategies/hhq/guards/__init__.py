"""Guards: pure functions that decide which entries are locked, and why. No guard ever stops an exit."""

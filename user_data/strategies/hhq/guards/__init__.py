"""Guards: pure functions that say which entries are locked, and why. No guard ever stops an exit."""

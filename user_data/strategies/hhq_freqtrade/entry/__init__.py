"""From an accepted signal to an order: plan, refusals, free slots, the lifetime of an unfilled order."""

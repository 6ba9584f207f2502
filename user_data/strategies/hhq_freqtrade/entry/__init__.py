"""From an accepted signal to an order: plan, refusals, free slots, the life of a waiting order."""

"""From an accepted signal to an order: plan, ranking, the life of a waiting order."""

"""What became of every candidate, and what can be concluded from it: the evidence for and against the decisions."""

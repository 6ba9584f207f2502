"""Background tasks under names: watched, started again after a failure, ended in order."""

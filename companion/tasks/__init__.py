"""Named background tasks: watched, restarted after a failure, ended in order."""

"""The companion of HHQStrategy: the service, its commands, and the replay exchange for demos and tests."""

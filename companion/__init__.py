"""The companion of HHQStrategy: commands, and the replay exchange for demos and tests."""

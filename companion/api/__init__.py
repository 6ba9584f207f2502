"""The companion's API: routes that show the parts of the service, and the few that change something."""

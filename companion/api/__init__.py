"""The companion's API: routes that read the parts of the service, and the few that change something."""

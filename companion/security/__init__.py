"""Who may do what: roles, credentials, sessions, tokens, origins, and secrets that stay out of logs."""

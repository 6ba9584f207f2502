"""The companion's database: SQLite by default, PostgreSQL by one URL."""

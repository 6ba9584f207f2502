"""The companion's database: SQLite by default, PostgreSQL by changing one URL."""

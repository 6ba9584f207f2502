"""Migrations of the database, run by companion.store.migrate at start-up."""

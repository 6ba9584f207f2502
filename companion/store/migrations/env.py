"""How alembic runs a migration: on the connection it is given, in that connection's transaction."""

from __future__ import annotations

from alembic import context

from companion.store.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
context.run_migrations()

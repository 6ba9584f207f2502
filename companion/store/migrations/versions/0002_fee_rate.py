"""Closed trades keep the fee rates of their round trip, by which a result counts as win, loss or neutral.

Revision: 0002, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add the column; trades stored before have none."""
    op.add_column("closed_trades", sa.Column("fee_rate", sa.Double(), nullable=True))


def downgrade() -> None:
    """Remove the column."""
    op.drop_column("closed_trades", "fee_rate")

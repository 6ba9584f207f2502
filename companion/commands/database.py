"""`companion database`: what state the tables are in, and how to change it by hand."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from companion.commands.command import Command
from companion.ground.errors import UsageError
from companion.settings.files import load_companion_settings
from companion.store.address import database_url, shown
from companion.store.engine import make_engine
from companion.store.errors import StoreError
from companion.store.migrate import downgrade, revision_of, revisions, upgrade


def run(options: argparse.Namespace) -> int:
    """Print or change the revision. Exit status 0; raises StoreError if the database cannot be used."""
    settings = load_companion_settings(options.config, os.environ)
    url = database_url(settings.store.url, os.environ)
    engine = make_engine(url, connections=1)
    try:
        print(f"{shown(url)}: {_done(options, engine)}")
    except SQLAlchemyError as problem:
        raise StoreError(f"{shown(url)}: {str(problem).splitlines()[0]}") from problem
    finally:
        engine.dispose()
    return 0


def _done(options: argparse.Namespace, engine: Engine) -> str:
    known = revisions()
    if options.act == "upgrade":
        return f"now at revision {upgrade(engine)}"
    if options.act == "downgrade":
        if options.revision not in (*known, "base"):
            raise UsageError(f"{options.revision} is no revision; known: base, {', '.join(known)}")
        if options.revision == "base" and not options.yes:
            raise UsageError("base removes all tables and what is in them; add --yes if that is meant")
        return f"now at revision {downgrade(engine, options.revision) or 'base (empty)'}"
    with engine.begin() as connection:
        return f"at revision {revision_of(connection) or 'none (empty)'}, newest known {known[-1]}"


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, action="append", default=[], metavar="FILE", help="settings")
    acts = parser.add_subparsers(required=True, metavar="ACT", dest="act")
    acts.add_parser("status", help="print the revision")
    acts.add_parser("upgrade", help="bring the tables to this version (the service does so at its start)")
    down = acts.add_parser("downgrade", help="take the tables back, before an older version is started")
    down.add_argument("revision", help="a revision, or base for no tables at all")
    down.add_argument("--yes", action="store_true", help="needed for base: everything is lost")


DATABASE = Command(_add_options, run)

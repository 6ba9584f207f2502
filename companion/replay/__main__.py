"""`python -m companion.replay`: serve a data folder as an exchange on this machine."""

from __future__ import annotations

import sys

from companion.replay.command import main

if __name__ == "__main__":
    sys.exit(main())

"""The file of the measured profile: its values, and what they were chosen by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tomli_w

from hhq_shared.profiles import profile_digest

_HEAD = """\
# The profile `measured`, written by `python -m companion choose` (docs/profiles.md).
# Changed by hand it is refused. To change a value, set it in hhq.toml.
"""


def profile_text(values: Mapping[str, Any], chosen: Mapping[str, Any]) -> str:
    """The text of a profile's file; `chosen`: by which data, against what, with which result."""
    content = {"values": values, "chosen": chosen}
    return _HEAD + tomli_w.dumps({"digest": profile_digest(content), **content})

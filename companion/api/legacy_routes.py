"""Paths that existing clients know: a table of them, and the operations to which they lead."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from fastapi import APIRouter, Depends

from companion.api.absent_routes import ABSENT_OPERATIONS
from companion.api.modules import MODULES_STATUS
from companion.api.operations import Operation
from companion.api.stoploss_guard import GUARD_SETTINGS
from companion.api.strict import refuse_unknown_query

ALIASES: Mapping[str, Operation] = MappingProxyType(
    {
        "/phase193/status": MODULES_STATUS,
        "/phase193/stoploss-guard/settings": GUARD_SETTINGS,
        "/phase193/freqai/retrain": ABSENT_OPERATIONS["retrain"],
        "/phase193/hyperopt/run": ABSENT_OPERATIONS["run_study"],
    }
)

router = APIRouter(dependencies=[Depends(refuse_unknown_query)])
for _path, _operation in ALIASES.items():
    _operation.add_to(router, _path)

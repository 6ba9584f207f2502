"""Numbers as Binance writes them: plain decimal text, with no digit lost."""

from __future__ import annotations

import numpy as np

from companion.replay.candles import BoolArray, FloatArray

MAX_DIGITS = 12


def plain(value: float, digits: int) -> str:
    """`value` with `digits` decimals, or with as many more as it needs to be read back unchanged."""
    text = f"{value:.{digits}f}"
    if float(text) == value:
        return text
    return np.format_float_positional(value, trim="-")


def plain_column(values: FloatArray, digits: int) -> list[str]:
    """`plain` for a whole column."""
    if bool(np.all(np.round(values, digits) == values)):
        return [f"{value:.{digits}f}" for value in values.tolist()]
    return [plain(value, digits) for value in values.tolist()]


def decimals_of(values: FloatArray) -> int:
    """Fewest decimals (0..MAX_DIGITS) that write the finite values exactly, but for a few strays (`mostly`)."""
    finite = values[np.isfinite(values)]
    for digits in range(MAX_DIGITS):
        if mostly(np.round(finite, digits) == finite):
            return digits
    return MAX_DIGITS


def mostly(holds: BoolArray) -> bool:
    """Whether something holds for all but at most one in 200: a few odd prints make no grid."""
    return int(np.count_nonzero(~holds)) <= len(holds) // 200


def digits_of_step(step: str) -> int:
    """Decimals of a step size as Binance writes it: '0.10' has 1, '0.00100' 3, '1' and '10' 0."""
    _, _, fraction = step.partition(".")
    return len(fraction.rstrip("0"))

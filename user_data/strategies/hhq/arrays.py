"""Array types of the core, and the rounding that makes equal decisions equal to the last bit."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from hhq.compiled import compiled

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]
CodeArray: TypeAlias = npt.NDArray[np.int8]
BoolArray: TypeAlias = npt.NDArray[np.bool_]

SIGNIFICANT_DIGITS = 9
SMALLEST_ROUNDED = 1e-280
LARGEST_ROUNDED = 1e280

_RANGE = 300
_EXACT_POWER = 22
"""10^22 is the largest power of ten that a float holds exactly."""
_POWER = np.array([float(f"1e{k}") for k in range(-_RANGE, _RANGE + 1)])
_POWER_REST = np.array(
    [0.0] * _RANGE + [float(Fraction(10) ** k - Fraction(float(f"1e{k}"))) for k in range(_RANGE + 1)]
)
_DECIMAL_OF_BINARY = np.array([math.floor((e - 1023) * math.log10(2.0)) for e in range(2048)])
_EXPONENT_BITS = np.int64(52)
_EXPONENT_MASK = np.int64(0x7FF)
_SPLIT = 134_217_729.0


def plain(array: FloatArray) -> FloatArray:
    """Return ``array`` as float64, contiguous and writable, copied only if necessary.

    Compiled functions exist for exactly this layout; any other would be compiled again, which takes half a minute.
    """
    return np.require(array, np.float64, ["C", "A", "W"])


@compiled
def _product_error(x: float, y: float, product: float) -> float:
    """Return ``x * y - product`` exactly (Dekker's two-product)."""
    t = _SPLIT * x
    x_high = t - (t - x)
    x_low = x - x_high
    t = _SPLIT * y
    y_high = t - (t - y)
    y_low = y - y_high
    return x_low * y_low - (((product - x_high * y_high) - x_low * y_high) - x_high * y_low)


@compiled
def _rounds_up_at_half(value: float, power: float, scaled: float, whole: float, multiply: bool) -> bool:
    """Settle what looks like a tie in ``scaled`` by the exact product or quotient; a true tie rounds to even."""
    if multiply:
        error = _product_error(value, power, scaled)
    else:
        product = scaled * power
        error = (value - product) - _product_error(scaled, power, product)
    return error > 0.0 or (error == 0.0 and whole % 2.0 == 1.0)


@compiled
def _round_extreme(value: float, shift: int) -> float:
    """Round where the power of ten is not exact, by computing in twice the precision of a float."""
    power: float = _POWER[_RANGE + abs(shift)]
    rest: float = _POWER_REST[_RANGE + abs(shift)]
    if shift > 0:
        scaled = value * power
        error = _product_error(value, power, scaled) + value * rest
    else:
        scaled = value / power
        product = scaled * power
        error = ((value - product) - _product_error(scaled, power, product) - scaled * rest) / power
    whole: float = np.floor(scaled)
    if (scaled - whole) + error > 0.5:
        whole += 1.0
    if shift > 0:
        result = whole / power
        product = result * power
        return result + ((whole - product) - _product_error(result, power, product) - result * rest) / power
    product = whole * power
    return product + (_product_error(whole, power, product) + whole * rest)


@compiled
def _decimal_exponent(magnitude: float) -> int:
    """Return the decimal exponent of ``magnitude``, a normal (not subnormal) number > 0."""
    binary = (np.float64(magnitude).view(np.int64) >> _EXPONENT_BITS) & _EXPONENT_MASK
    exponent = int(_DECIMAL_OF_BINARY[binary])
    return exponent + 1 if magnitude >= _POWER[_RANGE + exponent + 1] else exponent


@compiled
def _round_scaled(magnitude: float, power: float, multiply: bool) -> float:
    """Round with an exact power of ten that brings 9 digits of ``magnitude`` before the decimal point."""
    scaled = magnitude * power if multiply else magnitude / power
    whole: float = np.rint(scaled)
    if abs(scaled - whole) == 0.5:
        whole = np.floor(scaled)
        whole += 1.0 if _rounds_up_at_half(magnitude, power, scaled, whole, multiply) else 0.0
    return whole / power if multiply else whole * power


@compiled
def round_significant(value: float) -> float:
    """Return ``value`` rounded to 9 significant decimal digits, equal to ``float(f"{value:.9g}")``.

    NaN, infinities, zero and magnitudes outside 1e-280 … 1e280 are returned unchanged. Both the integer of 9
    digits and, within 10^±22, the power of ten are exact floats, so one multiplication or division gives the
    nearest float; ties are settled by the exact product.
    """
    magnitude = abs(value)
    if not SMALLEST_ROUNDED <= magnitude <= LARGEST_ROUNDED:
        return value
    shift = SIGNIFICANT_DIGITS - 1 - _decimal_exponent(magnitude)
    if abs(shift) > _EXACT_POWER:
        rounded = _round_extreme(magnitude, shift)
    else:
        rounded = _round_scaled(magnitude, _POWER[_RANGE + abs(shift)], shift >= 0)
    return math.copysign(rounded, value)


@compiled
def round_all(values: FloatArray) -> None:
    """Round every entry of ``values`` (1-D float64) in place to 9 significant digits.

    Infinities become NaN (n/a) and −0 becomes 0, so that equal values have equal bits. Neighbouring values mostly
    share their decimal exponent: what depends on it is carried over from one to the next.
    """
    low = high = 0.0
    power = 1.0
    multiply = True
    for i in range(len(values)):
        value = values[i]
        magnitude = abs(value)
        if not low <= magnitude < high:
            if not SMALLEST_ROUNDED <= magnitude <= LARGEST_ROUNDED:
                values[i] = np.nan if np.isinf(value) else value + 0.0
                continue
            exponent = _decimal_exponent(magnitude)
            shift = SIGNIFICANT_DIGITS - 1 - exponent
            if abs(shift) > _EXACT_POWER:
                values[i] = round_significant(value)
                continue
            low = _POWER[_RANGE + exponent]
            high = _POWER[_RANGE + exponent + 1]
            power = _POWER[_RANGE + abs(shift)]
            multiply = shift >= 0
        rounded = _round_scaled(magnitude, power, multiply)
        values[i] = math.copysign(rounded, value)

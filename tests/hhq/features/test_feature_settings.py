from __future__ import annotations

from typing import get_type_hints

import numpy as np
import pytest

from hhq.features.numbers import Numbers, hurst_lags, numbers
from hhq.settings.base import SettingsError, parse
from hhq.settings.features import FeatureSettings


def test_compiled_code_gets_every_number_under_its_name_and_type() -> None:
    assert set(Numbers._fields) == set(FeatureSettings.model_fields) - {"hurst_lags"}
    given = numbers(parse(FeatureSettings, {"gap_window": 77, "sweep_margin_pct": 1}))
    assert given.gap_window == 77
    assert isinstance(given.sweep_margin_pct, float)
    for name, kind in get_type_hints(Numbers).items():
        assert type(getattr(given, name)) is kind
    np.testing.assert_array_equal(hurst_lags(FeatureSettings()), [1, 2, 4, 8, 16])


@pytest.mark.parametrize(
    "values, complaint",
    [
        ({"macd_fast": 30}, "macd_fast must be below macd_slow"),
        ({"ema_slow": 8}, "ema_fast must be below ema_slow"),
        ({"breakout_volume_fast": 12}, "breakout_volume_fast must be below"),
        ({"daily_strong_pct": 1.0}, "daily_bullish_pct must be below daily_strong_pct"),
        ({"zscore_needed": 300}, "zscore_needed must not be above zscore_window"),
        ({"hurst_lags": [1, 4, 4]}, "hurst_lags must be at least two, rising"),
        ({"hurst_lags": [3]}, "hurst_lags must be at least two, rising"),
        ({"hurst_lags": [1, 65]}, "hurst_lags.1 = 65"),
        ({"atr_period": 1}, "atr_period = 1"),
        ({"rsi_lenght": 14}, "rsi_lenght: unknown setting"),
    ],
)
def test_settings_that_cannot_work_are_refused_by_name(values: dict[str, object], complaint: str) -> None:
    with pytest.raises(SettingsError, match=complaint):
        parse(FeatureSettings, values)

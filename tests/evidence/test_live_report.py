"""The report on a database that Freqtrade has written: every kind of trade counted, the drift of the newest settings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import time_machine
from freqtrade.persistence import Order, Trade, init_db

from companion.__main__ import main
from companion.evidence.bot_database import read_trades
from companion.evidence.live import SortedTrades, booked, sort_out
from companion.evidence.live_report import Measured, measured_by, numbers_of
from hhq.costs import Costs
from hhq.digest import settings_digest
from hhq.evidence.drift import DriftState
from hhq.panel import CANDLE_MS
from hhq.settings import HHQSettings
from hhq_shared.evidence_file import EVIDENCE_DAYS
from hhq_shared.trade_keys import REASON_KEY, SIGNAL_KEY
from tests.evidence.documents import BTC, measured, write

SETTINGS = HHQSettings()
COSTS = Costs.by_order(SETTINGS)
LAST = datetime(2025, 6, 1, 12, tzinfo=UTC)
FEE = 0.0005
AMOUNT, PRICE = 2.0, 100.0


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A database with Freqtrade's tables."""
    url = f"sqlite:///{tmp_path / 'bot.sqlite'}"
    init_db(url)
    yield url
    Trade.session.remove()


def stored(net_pct: float, days_ago: int, *, side: int = 1, record: bool = True, **changes: Any) -> None:
    """Store a trade with a reduction of a quarter, whose net result is ``net_pct`` of the notional."""
    opened = LAST - timedelta(days=days_ago)
    candle = int(opened.timestamp() * 1000) // CANDLE_MS - 2
    # What all exits have to bring, their fee and the entry's included.
    left = _left(net_pct, side)
    trade = Trade(
        pair=BTC, stake_amount=50.0, amount=AMOUNT, leverage=4.0, open_rate=PRICE, fee_open=FEE, fee_close=FEE,
        is_short=side < 0, exchange="binance", strategy="HHQStrategy", open_date=opened.replace(tzinfo=None),
        close_date=(opened + timedelta(hours=2)).replace(tzinfo=None), is_open=changes.get("is_open", False),
        exit_reason="exit_signal", close_profit_abs=net_pct / 100.0 * AMOUNT * PRICE, close_rate=left, funding_fees=-0.1,
    )  # fmt: skip
    fills = ((True, AMOUNT, 0), (False, AMOUNT / 4.0, 1), (False, AMOUNT * 0.75, 2))
    for is_entry, amount, hours in () if changes.get("unfilled") else fills:
        at = (opened + timedelta(hours=hours)).replace(tzinfo=None)
        trade.orders.append(
            Order(
                ft_order_side="buy" if is_entry is (side > 0) else "sell", ft_pair=BTC, ft_is_open=False,
                order_id=f"{opened}{side}{hours}{record}{changes}", status="closed", order_type="limit",
                average=PRICE if is_entry else left, filled=amount, order_date=at, order_filled_date=at,
                ft_amount=amount, ft_price=PRICE,
            )
        )  # fmt: skip
    Trade.session.add(trade)
    Trade.commit()
    if record:
        signal = {
            "candle": candle, "side": side, "price": 101.0, "entry_price": 100.0,
            "forced": changes.get("forced", False),
            "settings_snapshot": {"settings": changes.get("digest", settings_digest(SETTINGS))},
        }  # fmt: skip
        trade.set_custom_data(SIGNAL_KEY, signal)
    trade.set_custom_data(REASON_KEY, changes.get("reason", "TP_HIT"))
    Trade.commit()


def _left(net_pct: float, side: int) -> float:
    """The price of all exits with which ``side · (left − entry) − fees + funding`` is the wanted result."""
    wanted = net_pct / 100.0 * PRICE + 0.1 / AMOUNT + PRICE * FEE
    return (wanted + side * PRICE) / (side - FEE)


def looked(address: str, evidence: Path) -> tuple[SortedTrades, Measured]:
    found = sort_out(read_trades(address))
    ours = booked(found.closed, numbers_of(found), COSTS)
    assert ours.differing == 0
    return found, measured_by(evidence, found, ours, LAST, EVIDENCE_DAYS)


def document(folder: Path, gross: float) -> Path:
    return write(folder / "evidence.json", measured(SETTINGS, LAST - timedelta(days=3), gross))


def lived(mean: float, **changes: Any) -> None:
    """Two trades on each of 25 days, one of each side, whose mean net result is this."""
    noise = np.random.default_rng(3).normal(0.0, 0.3, 50)
    for n, value in enumerate((mean + noise - noise.mean()).tolist()):
        stored(value, n // 2, side=1 if n % 2 else -1, **changes)


@pytest.mark.parametrize(
    ("mean", "state", "says"),
    [
        (0.93, DriftState.IN_LINE, "lies within"),
        (-0.4, DriftState.DRIFTS, "lies below"),
        (2.1, DriftState.DRIFTS, "lies above"),
    ],
)
def test_the_net_mean_that_freqtrade_booked_is_held_against_the_document(
    address: str, tmp_path: Path, mean: float, state: DriftState, says: str
) -> None:
    lived(mean)
    _, found = looked(address, document(tmp_path, gross=1.0))
    assert (found.drift.state, found.trades) == (state, 50)
    assert f"net {mean:+.3f} [" in found.drift.reason
    assert says in found.drift.reason


def test_only_trades_of_the_newest_settings_are_held_against_a_document_of_these_settings(
    address: str, tmp_path: Path
) -> None:
    lived(0.93)
    for n in range(40):
        stored(-9.0, 30 + n, digest="0123456789ab")
    found, told = looked(address, document(tmp_path, gross=1.0))
    assert (len(found.closed), told.trades, told.drift.state) == (90, 50, DriftState.IN_LINE)
    stored(0.0, 0, digest="abcdef012345", side=-1)
    stored(0.0, -1, digest="abcdef012345")
    _, told = looked(address, document(tmp_path, gross=1.0))
    assert (told.trades, told.drift.state) == (2, DriftState.NOT_MEASURED)
    assert "of other settings" in told.drift.reason


@pytest.mark.parametrize(
    ("option", "says"),
    [
        ((), "DRIFT: in line"),
        (("--evidence-days", "3"), "DRIFT: in line"),
        (("--evidence-days", "2"), "more than 2 days ago"),
    ],
)
def test_how_old_the_document_may_be_is_said_as_to_a_bot(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], option: tuple[str, ...], says: str
) -> None:
    lived(0.93)
    evidence = str(document(tmp_path, gross=1.0))
    with time_machine.travel(LAST, tick=False):
        assert main(("evidence", "--trades", address, "--evidence", evidence, *option)) == 0
    assert says in capsys.readouterr().out


@pytest.mark.parametrize("days", ["0", "-3", "3651", "1.5", "many"])
def test_a_largest_age_that_no_bot_could_have_is_refused_by_name(
    address: str, capsys: pytest.CaptureFixture[str], days: str
) -> None:
    assert main(("evidence", "--trades", address, f"--evidence-days={days}")) == 2
    assert f"--evidence-days: {days}: " in capsys.readouterr().err


def test_every_other_kind_of_trade_is_counted_apart(address: str, tmp_path: Path) -> None:
    stored(0.5, 1)
    stored(0.5, 2, forced=True)
    stored(0.5, 3, record=False)
    stored(0.5, 4, unfilled=True)
    stored(0.5, 5, is_open=True)
    found, told = looked(address, document(tmp_path, gross=1.0))
    assert (len(found.closed), len(found.still_open)) == (1, 1)
    assert (found.forced, found.without_record, found.never_filled) == (1, 1, 1)
    assert told.drift.text == "too little: 1 closed trades in 1 days, 30 in 20 are needed"
    ((trade, record),) = found.closed
    assert (trade.code, trade.leverage, record.price) == ("TP_HIT", 4.0, 101.0)


def test_a_trade_that_freqtrade_booked_differently_is_counted(address: str) -> None:
    stored(0.5, 1)
    stored(0.5, 2)
    first = Trade.session.get(Trade, 1)
    assert first is not None
    first.close_profit_abs = first.close_profit_abs + 0.01
    Trade.commit()
    found = sort_out(read_trades(address))
    assert booked(found.closed, numbers_of(found), COSTS).differing == 1

#!/usr/bin/env bash
# Freqtrade: a stop that is kept by answering its own price creeps towards the market, tick by tick, for shorts.
#
# custom_stoploss answers a distance, and `stoploss_from_absolute` makes one of a price. One would expect that a price
# that lies on the tick comes back as it was, so that answering the resting stop again keeps it. Freqtrade turns the
# distance back into a price and rounds that towards the market. For a short one rate in five to eight gives 3.026399…
# instead of 3.0264, and this becomes 3.0263; a long is nearly always right, since floats just below 1 are twice as fine
# as those above it. A fixed price is so one tick off at most, but a stop that is kept by answering `trade.stop_loss`
# (or a price computed from it) loses a tick again and again and never gets it back, neither by an ordinary answer nor
# after a fill, where stops may move both ways. It costs shorts that are stopped out although nobody moved their stop, a
# stop order that is replaced at the exchange all the time, and a long side that looks better than the short one; and
# from the first such step on the stop counts as trailing. Instead: answer None to keep a stop, and move a price on the
# tick away from the market by half a tick before it becomes a distance.
#
# Seen with freqtrade 2026.9 and ccxt 4.5.90 on 2026-12-01.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check freqtrade==2026.9 ccxt==4.5.90 pandas==3.1.1 \
    numpy==2.4.6 sqlalchemy==2.1.9
cat > expect.py <<'PY'
import sys

changed = []


def expect(what, seen, written):
    print(f"{what}: {seen}")
    if seen != written:
        changed.append(f"CHANGED: {what}: {written!r} when this was written, {seen!r} now")


def finish():
    print(*(changed or ["as it was when this was written"]), sep="\n")
    sys.exit(1 if changed else 0)
PY
cat > program.py <<'PY'
from datetime import UTC, datetime
from importlib.metadata import version

from ccxt import TICK_SIZE
from expect import expect, finish
from freqtrade.persistence import Trade, disable_database_use
from freqtrade.strategy import IStrategy, stoploss_from_absolute

print("freqtrade", version("freqtrade"), "ccxt", version("ccxt"))
disable_database_use("5m")
NOW, TICK, OPEN, LEVERAGE = datetime(2026, 1, 1, tzinfo=UTC), 0.0001, 2.95, 17.0
RATES = [round(OPEN + TICK * (minute * 37 % 400), 4) for minute in range(240)]  # four hours, 2.95 to 2.99


class S(IStrategy):
    timeframe, stoploss, use_custom_stoploss = "5m", -0.99, True
    _ft_stop_uses_after_fill = True  # as Freqtrade sets it for a custom_stoploss with after_fill
    half_a_tick = False

    def populate_indicators(self, dataframe, metadata):
        return dataframe

    def custom_stoploss(self, pair, trade, current_time, current_rate, current_profit, after_fill, **kwargs):
        """The stop that rests already."""
        price = trade.stop_loss
        if self.half_a_tick:
            price += TICK / 2 if trade.is_short else -TICK / 2
        return stoploss_from_absolute(price, current_rate, trade.is_short, trade.leverage)


def position(is_short, stop):
    trade = Trade(
        pair="BTC/USDT:USDT", exchange="binance", stake_amount=10, amount=50, open_rate=OPEN, is_open=True,
        is_short=is_short, leverage=LEVERAGE, fee_open=0, fee_close=0, open_date=NOW, price_precision=TICK,
        precision_mode=TICK_SIZE, precision_mode_price=TICK_SIZE,
    )
    inexact = stop + (TICK / 2 if is_short else -TICK / 2)
    trade.adjust_stop_loss(OPEN, stoploss_from_absolute(inexact, OPEN, is_short, LEVERAGE), initial=True)
    assert trade.stop_loss == stop
    return trade


def kept(is_short, stop, after_fill=False, half_a_tick=False):
    """The stop after it was answered once a minute for four hours, and whether it counts as trailing."""
    strategy, trade = S({}), position(is_short, stop)
    strategy.half_a_tick = half_a_tick
    for rate in RATES:
        strategy.ft_stoploss_adjust(rate, trade, NOW, trade.calc_profit_ratio(rate), 0, after_fill=after_fill)
    return trade.stop_loss, bool(trade.is_stop_loss_trailing)


def one_answer(is_short, stop):
    """At how many of the rates one answer of the resting stop moves it, and the prices that it becomes."""
    prices = []
    for rate in RATES:
        trade = position(is_short, stop)
        trade.adjust_stop_loss(rate, stoploss_from_absolute(stop, rate, is_short, LEVERAGE))
        prices.append(trade.stop_loss)
    return sum(price != stop for price in prices), sorted(set(prices))


expect("one answer of a short's stop at 3.0264, of 240 rates", one_answer(True, 3.0264), (44, [3.0263, 3.0264]))
expect("one answer of a long's stop at 2.9136, of 240 rates", one_answer(False, 2.9136), (0, [2.9136]))
expect("a short's 3.0264 after 240 answers, trailing", kept(True, 3.0264), (3.0227, True))
expect("the same, each after a fill", kept(True, 3.0264, after_fill=True), (3.0227, False))
expect("the same, half a tick further away", kept(True, 3.0264, half_a_tick=True), (3.0264, False))
expect("a long's 2.9136 after 240 answers, trailing", kept(False, 2.9136), (2.9136, False))
finish()
PY
venv/bin/python program.py

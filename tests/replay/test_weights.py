"""Request weight: the minute, 429, 418 and its growth."""

from __future__ import annotations

from companion.replay.weights import FIRST_BAN, PATIENCE, WeightLedger


class Watch:
    """A real clock that the test sets."""

    def __init__(self) -> None:
        self.time = 600_010.0

    def __call__(self) -> float:
        return self.time


def exhausted(watch: Watch) -> WeightLedger:
    ledger = WeightLedger(watch, limit=100)
    assert ledger.charge("a", 100).status == 200
    return ledger


def test_the_limit_itself_may_be_used_and_one_more_is_429_until_the_minute_ends() -> None:
    watch = Watch()
    verdict = exhausted(watch).charge("a", 1)
    assert (verdict.status, verdict.used) == (429, 101)
    assert 50 <= verdict.retry_after <= 51


def test_a_new_minute_starts_from_zero() -> None:
    watch = Watch()
    ledger = exhausted(watch)
    watch.time += 50.0
    verdict = ledger.charge("a", 5)
    assert (verdict.status, verdict.used) == (200, 5)


def test_addresses_are_counted_apart() -> None:
    assert exhausted(Watch()).charge("b", 100).status == 200


def banned(ledger: WeightLedger) -> None:
    for _ in range(PATIENCE):
        assert ledger.charge("a", 1).status == 429
    assert ledger.charge("a", 1).status == 418


def test_going_on_after_429_bans_and_the_ban_outlives_the_minute() -> None:
    watch = Watch()
    ledger = exhausted(watch)
    banned(ledger)
    watch.time += FIRST_BAN - 1.0
    assert ledger.charge("a", 1).status == 418
    watch.time += 2.0
    assert ledger.charge("a", 1).status == 200


def test_a_second_ban_is_twice_as_long() -> None:
    watch = Watch()
    ledger = exhausted(watch)
    banned(ledger)
    watch.time += FIRST_BAN + 60.0
    assert ledger.charge("a", 101).status == 429
    for _ in range(PATIENCE - 1):
        ledger.charge("a", 1)
    verdict = ledger.charge("a", 1)
    assert verdict.status == 418
    assert verdict.banned_until == watch.time + 2.0 * FIRST_BAN
    assert verdict.retry_after > FIRST_BAN


def test_the_ledger_reports_the_use_of_the_current_minute() -> None:
    watch = Watch()
    ledger = exhausted(watch)
    assert ledger.used() == {"a": 100}
    watch.time += 60.0
    assert ledger.used() == {"a": 0}

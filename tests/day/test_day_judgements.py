"""The judgements of the long run find what they are made for: each defect is planted in a sound picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.day.plan import FAULTS, Every, Plan
from tests.day.report import errors_of
from tests.day.scaled import scaled_settings
from tests.day.trend import Sample, after, handle_findings, memory_findings, slope
from tests.day.watching import figures


def samples(growth: float = 0.0, **counts: list[int]) -> list[Sample]:
    """A day of samples, one a minute, that grow by so many MB an hour; noise as of a real process."""
    chance = np.random.default_rng(3)
    kept = {"files": [9], "sockets": [12], "others": [1], "threads": [11], **counts}
    found = []
    for number in range(24 * 60):
        hours = number / 60.0
        memory = 500.0 + growth * hours + chance.normal(0.0, 2.0)
        handles = {kind: values[number * len(values) // 1440] for kind, values in kept.items()}
        found.append(Sample(hours, memory, **handles))
    return found


# ---------------------------------------------------------------------- memory and handles


@pytest.mark.parametrize("growth", [-2.0, 0.0, 0.7])
def test_memory_that_grows_by_less_than_allowed_is_no_finding(growth: float) -> None:
    assert not list(memory_findings("the bot", samples(growth=growth)))
    assert slope(samples(growth=growth)).mb_an_hour == pytest.approx(growth, abs=0.05)


def test_memory_that_grows_by_more_is_found() -> None:
    (found,) = memory_findings("the bot", samples(growth=1.3))
    assert found.startswith("the bot grows by 1.3")


def test_what_is_before_the_end_of_the_warm_up_does_not_count() -> None:
    warming = [
        Sample(each.hours, each.resident_mb - max(0.0, 4.0 - each.hours) * 50.0, 9, 12, 1, 11)
        for each in samples()
    ]
    assert list(memory_findings("the bot", warming))
    assert not list(memory_findings("the bot", after(warming, 4.0)))
    assert after(warming, 4.0)[0].hours == 4.0


def test_the_interval_of_a_slope_holds_the_true_one() -> None:
    line = slope(samples(growth=0.5))
    assert abs(line.mb_an_hour - 0.5) <= 1.5 * line.within
    assert line.within < 0.1
    assert line.ends_mb - line.begins_mb == pytest.approx(0.5 * line.hours, abs=1.0)


def test_too_few_samples_are_no_trend() -> None:
    with pytest.raises(ValueError, match="3 samples"):
        slope(samples()[:3])


@pytest.mark.parametrize("kind", ["files", "others", "threads"])
def test_one_handle_more_is_found(kind: str) -> None:
    (found,) = handle_findings("the bot", samples(0.0, **{kind: [9, 9, 10, 10]}))
    assert found == f"the bot holds 10 {kind} at the end, 9 after the warm-up"


def test_sockets_come_and_go_but_do_not_become_more() -> None:
    assert not list(handle_findings("the bot", samples(sockets=[12, 40, 60, 13])))
    assert list(handle_findings("the bot", samples(sockets=[12, 13, 14, 14])))


# ---------------------------------------------------------------------- the plan and the rest


def test_what_is_slept_through_is_not_made_up_for() -> None:
    every = Every(60.0, 60.0)
    assert [every.is_due(now) for now in (59.0, 60.0, 61.0, 400.0, 401.0, 420.0)] == [
        False,
        True,
        False,
        True,
        False,
        True,
    ]


def test_both_troubles_lie_within_the_run_and_apart_from_each_other() -> None:
    for plan in (Plan(), Plan(hours=1.5, trouble_minutes=6.0)):
        ends = plan.full_disk_at + 2.0 * plan.trouble_seconds
        assert (
            ends
            < plan.database_copied_at + plan.trouble_seconds
            < plan.database_lost_at + plan.trouble_seconds
        )
        assert plan.database_lost_at + 2.5 * plan.trouble_seconds < plan.hours * 3600.0


def test_every_fault_of_the_streams_has_its_turn() -> None:
    assert {fault.value for fault, _ in FAULTS} == {
        "disconnect", "cut", "silence", "truncate", "late", "reorder", "duplicate",
    }  # fmt: skip


@pytest.mark.parametrize("speed", [1.0, 20.0, 50.0, 90.0])
def test_the_scaled_settings_can_be_used(speed: float, tmp_path: Path) -> None:
    from companion.settings import CompanionSettings
    from hhq.settings.base import parse

    settings = parse(CompanionSettings, {name: dict(of) for name, of in scaled_settings(speed).items()})
    assert settings.streams.silence_seconds == min(2.5 * speed, 120.0)


def test_metrics_are_read_by_name_and_labels() -> None:
    text = '# HELP hhq_scans_total x\nhhq_scans_total 3.0\nhhq_scans_created 1.7\nhhq_bot_equity{bot="bot"} 9e3\n'
    assert figures(text) == {"hhq_scans_total": 3.0, 'hhq_bot_equity{bot="bot"}': 9000.0}


def test_errors_of_a_log_are_counted_without_their_numbers(tmp_path: Path) -> None:
    line = "2026-12-01 12:00:00,{} - companion.tasks - {} - history failed ({} in a row)\n"
    log = tmp_path / "x.log"
    log.write_text(line.format("001", "ERROR", 1) + line.format("002", "INFO", 1))
    (tmp_path / "x.log.1").write_text(line.format("003", "ERROR", 12))
    assert errors_of(log) == {"companion.tasks: history failed (N in a row)": 2}

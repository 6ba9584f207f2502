"""What a scenario showed, and which limits it broke."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from companion.stress import judge
from companion.stress.moments import open_at
from companion.stress.scenarios import BY_NAME, Scenario
from companion.stress.tape import Tape
from companion.stress.watched import WatchedRun


@dataclass(frozen=True)
class Outcome:
    """What a scenario's run showed. ``broken`` names every limit that did not hold."""

    name: str
    loss: judge.Loss
    codes: dict[str, int]
    event_codes: dict[str, int]
    positions_at_event: int
    trades: int
    late: list[judge.LateStop]
    beyond_stop: int
    beyond_margin: int
    locks: tuple[str, ...]
    positions_at_restart: int
    restart: str
    seconds: float
    broken: tuple[str, ...]
    limit_applies: bool = True

    @property
    def scenario(self) -> Scenario:
        """What was run."""
        return BY_NAME[self.name]


def compared(run: WatchedRun, again: WatchedRun) -> str:
    """Empty where the run with a restart made the same trades, else the first difference."""
    for one, other in zip(run.trades, again.trades, strict=False):
        if (one.pair, one.opened_at, one.codes) != (other.pair, other.opened_at, other.codes):
            return f"{one.pair} {'+'.join(one.codes)} became {other.pair} {'+'.join(other.codes)}"
        if abs(one.profit - other.profit) > 1e-9:
            return f"{one.pair}: profit {one.profit:.4f} became {other.profit:.4f}"
    return "" if len(run.trades) == len(again.trades) else "the number of trades differs"


def judged(
    scenario: Scenario, tape: Tape, event: int, run: WatchedRun, restart: str, restarted: int, seconds: float
) -> Outcome:
    """Judge a run; ``restart`` is what the restart changed, ``restarted`` the positions that were open at it."""
    loss = judge.worst_loss(run, tape, event)
    late = judge.late_stops(run, tape)
    deeper = judge.beyond_stop([trade for trade in run.trades if trade.closed_at >= event])
    deeper_than_margin = judge.beyond_margin(run)
    counts = judge.codes(run)
    hit = open_at(run, event)
    in_event = Counter(code for trade in hit for code in trade.codes)
    missing = [code for code in scenario.must_show if not counts[code]]
    checks = (
        (scenario.limit_applies and not loss.within, "equity loss beyond the limit"),
        (scenario.limit_applies and bool(deeper), "a trade lost more than at its stop"),
        (scenario.limit_applies and bool(deeper_than_margin), "a trade lost more than its margin"),
        (bool(late), "a stop was late"),
        (bool(restart), "a restart changed the run"),
        (bool(run.failures), f"callbacks failed: {run.failures}"),
        (not hit, "no position was open in the event"),
        (not restarted, "no position was open at the restart"),
        (bool(missing), f"did not show {', '.join(missing)}"),
    )
    return Outcome(
        name=scenario.name,
        loss=loss,
        limit_applies=scenario.limit_applies,
        codes=dict(sorted(counts.items())),
        event_codes=dict(sorted(in_event.items())),
        positions_at_event=len(hit),
        trades=len(run.trades),
        late=late,
        beyond_stop=len(deeper),
        beyond_margin=len(deeper_than_margin),
        locks=run.locks,
        positions_at_restart=restarted,
        restart=restart,
        seconds=seconds,
        broken=tuple(text for failed, text in checks if failed),
    )

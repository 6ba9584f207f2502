"""What a gate said, as data; a step of the explanation once it is told in a language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from hhq.explain.gate_step import NO_MEASURE, GateStep, Measure, Outcome
from hhq.gates import Gate
from hhq.language import Language
from hhq.message import Message


@dataclass(frozen=True, slots=True)
class Judgement:
    """One gate: its outcome, the sentence with its numbers (None: nothing to say), and what it compared."""

    gate: Gate
    outcome: Outcome
    message: Message | None = None
    measure: Measure = NO_MEASURE

    @classmethod
    def of(cls, gate: Gate, stopped: bool, message: Message, measure: Measure = NO_MEASURE) -> Self:
        """Return that a gate was asked, and whether it stopped the candle."""
        return cls(gate, Outcome.STOPPED if stopped else Outcome.PASSED, message, measure)

    @classmethod
    def not_asked(cls, gate: Gate) -> Self:
        """Return that there was nothing to ask."""
        return cls(gate, Outcome.NOT_ASKED)

    def told(self, language: Language) -> GateStep:
        """Return the step in a language."""
        measure = self.measure
        return GateStep(
            gate=self.gate,
            outcome=self.outcome,
            detail="" if self.message is None else self.message.told(language),
            value=measure.value,
            comparison=measure.comparison,
            threshold=measure.threshold,
            unit=measure.unit,
            missing=measure.missing,
        )


def told(judgements: tuple[Judgement, ...], language: Language) -> tuple[GateStep, ...]:
    """Return all of them in a language."""
    return tuple(judgement.told(language) for judgement in judgements)

"""The parts that this release does not have, and what belongs to each: the one place that says so.

The API and the feed answer from this table, the generated pages of docs/ mark its rows, and sections of settings that
belong to such a part are neither written into config/hhq.toml nor offered by the API. The change that adds a part removes
its row.
"""

from __future__ import annotations

from dataclasses import dataclass

from hhq.language import Language, Text
from hhq.reasons import CloseReason

MARK = "not part of this release"
"""The words for it in every answer and on every page."""
_NO_NOTE = Text("", "")
_REFUSAL = Text(f"module {{name}} is {MARK}", "{name} modülü bu sürümde yok")


@dataclass(frozen=True, slots=True)
class AbsentRoute:
    """A documented operation of such a part: a read answers that the part is off, a change is refused.

    ``path`` is empty where only the paths of existing clients lead to it (companion/api/legacy_routes.py).
    """

    method: str
    path: str
    operation: str
    summary: str
    tag: str = "modules"


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsentPart:
    """A part: its name in answers, what it is for, and what belongs to it; ``note``: what there is instead."""

    name: str
    purpose: str
    note: Text = _NO_NOTE
    routes: tuple[AbsentRoute, ...] = ()
    channels: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    layers: tuple[int, ...] = ()
    close_reasons: tuple[CloseReason, ...] = ()
    environment: tuple[str, ...] = ()

    @property
    def refusal(self) -> str:
        """The refusal for a caller that wants something of it."""
        return self._refusal(Language.ENGLISH)

    @property
    def detail(self) -> str:
        """What its status says in English."""
        return self.told(Language.ENGLISH)

    def told(self, language: Language) -> str:
        """What its status says in a language; the part's name is the same in every one."""
        refusal, note = self._refusal(language), self.note.told(language)
        return f"{refusal}; {note}" if note else refusal

    def _refusal(self, language: Language) -> str:
        return _REFUSAL.told(language).format(name=self.name)

    @property
    def status(self) -> dict[str, bool | str]:
        """Its status, the same in every answer that contains it."""
        return {"enabled": False, "detail": self.detail}


RECOVERY = AbsentPart(
    name="portfolio recovery",
    purpose="closes everything when a portfolio that was long under water has recovered and turns down again",
    routes=(
        AbsentRoute("GET", "/recovery", "recovery", "Portfolio recovery", "portfolio"),
        AbsentRoute("PATCH", "/recovery/settings", "recovery_settings", "Settings of the recovery"),
    ),
    channels=("recovery",),
    close_reasons=(CloseReason.RECOVERY_CLOSE_ALL,),
)
RECONCILIATION = AbsentPart(
    name="reconciliation",
    purpose="compares the bots' positions with those on the exchange, and shows positions that no bot knows",
    routes=(
        AbsentRoute("GET", "/reconciliation", "reconciliation", "Comparison with the exchange", "portfolio"),
    ),
    environment=("HHQ_EXCHANGE_KEY", "HHQ_EXCHANGE_SECRET"),
)
FREQAI = AbsentPart(
    name="freqai",
    purpose="trains the model that says how likely a signal ends in profit",
    routes=(AbsentRoute("POST", "", "retrain", "Train the model"),),
    settings=("layers.model_confidence",),
    layers=(23,),
)
HYPEROPT = AbsentPart(
    name="hyperopt",
    purpose="optimises the eight parameters on the signals behind the closed trades",
    note=Text("`freqtrade hyperopt` works", "`freqtrade hyperopt` çalışır"),
    routes=(AbsentRoute("POST", "", "run_study", "Start a study"),),
    channels=("jobs",),
)
OPTIMIZER = AbsentPart(
    name="optimizer",
    purpose="moves parameters towards those of the winning trades",
    routes=(
        AbsentRoute("GET", "/optimizer/status", "optimizer_status", "The AI optimizer"),
        AbsentRoute("POST", "/optimizer/run", "optimizer_run", "Run the AI optimizer"),
        AbsentRoute("POST", "/optimizer/mode", "optimizer_mode", "Mode of the AI optimizer"),
        AbsentRoute("POST", "/optimizer/undo", "optimizer_undo", "Undo the last change"),
    ),
)
REPLAYS = AbsentPart(
    name="replays",
    purpose="lists, starts and approves studies of the trade-replay optimisation",
    routes=(
        AbsentRoute("GET", "/replays", "replays", "Studies"),
        AbsentRoute("POST", "/replays", "replay_start", "Start a study"),
        AbsentRoute("POST", "/replays/{study}/cancel", "replay_cancel", "Cancel a study"),
        AbsentRoute("POST", "/replays/{study}/approve", "replay_approve", "Approve a study"),
    ),
)
IMPORT = AbsentPart(
    name="import",
    purpose="reads the trade history of an older installation, with its codes of close reasons",
)
ABSENT_PARTS = (RECOVERY, RECONCILIATION, FREQAI, HYPEROPT, OPTIMIZER, REPLAYS, IMPORT)


def part_of_section(path: str) -> AbsentPart | None:
    """The absent part that a section of settings (by dotted name) belongs to; None for a section in use."""
    for part in ABSENT_PARTS:
        if any(path == name or path.startswith(f"{name}.") for name in part.settings):
            return part
    return None


def marked_layers() -> dict[int, str]:
    """Layers without a part behind them, with the mark that their rows get."""
    return {layer: MARK for part in ABSENT_PARTS for layer in part.layers}


def marked_close_reasons() -> dict[CloseReason, str]:
    """Close reasons that nothing gives, with the mark that their rows get."""
    return {reason: MARK for part in ABSENT_PARTS for reason in part.close_reasons}


def channel_status(name: str) -> dict[str, bool | str]:
    """What a channel's snapshot says besides its content: nothing, or that its part does not exist."""
    return next((part.status for part in ABSENT_PARTS if name in part.channels), {})

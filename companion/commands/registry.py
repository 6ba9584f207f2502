"""All commands by name. What a command needs is imported only when that command is called."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from companion.commands.command import Command


@dataclass(frozen=True)
class Entry:
    """One line of help, and where the command is: its module in companion.commands and its name there."""

    summary: str
    module: str
    attribute: str

    def load(self) -> Command:
        """Import the command."""
        command: Command = getattr(import_module(f"companion.commands.{self.module}"), self.attribute)
        return command


COMMANDS = {
    "demo": Entry("a local replay exchange, a dry-run bot and the companion, until Ctrl-C", "demo", "DEMO"),
    "serve": Entry("the companion service: streams, scanner, API and feed", "serve", "SERVE"),
    "backtest": Entry("freqtrade backtesting on a data folder, offline", "backtest", "BACKTEST"),
    "analysis": Entry("freqtrade's lookahead or recursive analysis of the strategy", "backtest", "ANALYSIS"),
    "explain": Entry(
        "why a candle gave a signal or none; where the candles of a range ended", "explain", "EXPLAIN"
    ),
    "evidence": Entry(
        "what the decisions earned on data folders, with intervals, and a verdict", "evidence", "EVIDENCE"
    ),
    "choose": Entry(
        "which changes of the guide's settings lose less, chosen and judged apart", "choose", "CHOOSE"
    ),
    "stress": Entry(
        "extreme events through the backtester: losses, rules that fired, late stops", "stress", "STRESS"
    ),
    "credentials": Entry("users and tokens of the companion's API", "credentials", "CREDENTIALS"),
    "database": Entry("state of the companion's database", "database", "DATABASE"),
    "doctor": Entry("check the installation", "doctor", "DOCTOR"),
}

"""`companion explain`: why a coin-candle gave a signal or none, and where the candles of a range ended."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson

from companion.commands.command import Command
from companion.commands.data_options import add_settings_options, pairs_of, settings_of
from companion.commands.explanation import candle_text, funnel_text
from companion.commands.output import write_out
from companion.ground.errors import UsageError
from companion.ground.plain import Plain, plain
from companion.offline.data_folder import DataFolder, embedded_folder, open_folder, utc
from companion.offline.decisions import Decided, decide_candle, decide_range
from companion.offline.moments import candle_boundary
from companion.offline.pair_rules import PairRules, load_pair_rules
from hhq.decision_rows import decision_digests, decision_rows
from hhq.digest import digest_seed, digest_text, settings_digest
from hhq.explain.candle import Candle
from hhq.explain.explanation import explain
from hhq.explain.funnel import Tally, funnel_of
from hhq.settings import HHQSettings

_DEMONSTRATION_COINS = 64
_EPILOG = (
    "--at names the decision's moment: the close of the 5m candle that is explained. All times are UTC unless they "
    "name another zone. --from and --to bound the candles that open from the one and before the other."
)


@dataclass(frozen=True)
class Question:
    """The checked question: the folder, the pairs in it, their rules, the settings."""

    folder: DataFolder
    pairs: tuple[str, ...]
    rules: PairRules
    settings: HHQSettings

    def header(self) -> dict[str, Plain]:
        """What every answer says about where it comes from."""
        return {
            "data": str(self.folder.path),
            "generated": self.folder.generated,
            "settings_digest": settings_digest(self.settings),
        }


def run(options: argparse.Namespace) -> int:
    """Print the answer; exit status 0. Raises UsageError for what cannot be answered."""
    if options.funnel:
        return _funnel(options)
    if options.at is None:
        raise UsageError(
            "--at is missing: the close of a candle, like --at 2025-08-01T12:05 (or use --funnel)"
        )
    if options.begin is not None or options.end is not None:
        raise UsageError("--from and --to belong to --funnel; one candle is named by --at")
    moment = candle_boundary(options.at, "--at")
    question = _question(options)
    if len(question.pairs) != 1 or not options.pair:
        raise UsageError("--pair is to name the one coin that is explained, like --pair BTC/USDT:USDT")
    decided = decide_candle(question.folder, question.rules.coins, moment, question.settings)
    _answer_candle(question, decided, as_json=options.json)
    return 0


def _answer_candle(question: Question, decided: Decided, *, as_json: bool) -> None:
    candle = Candle.of(
        decided.block,
        decided.market,
        decided.coins,
        decided.decisions,
        question.settings,
        coin=0,
        bar=0,
    )
    explanation = explain(candle)
    rows = decision_rows(decided.market_decisions)
    digest = digest_text(float(decision_digests(decided.block, rows, digest_seed(question.settings))[0, 0]))
    source = question.rules.tick_sources[0]
    closed = utc(explanation.closed_at)
    if as_json:
        header = {
            **question.header(),
            "at": f"{closed:%Y-%m-%dT%H:%M}Z",
            "digest": digest,
            "tick_source": source,
        }
        _write_json({**header, **_object(plain(explanation))})
        return
    title = f"{explanation.symbol}  candle that closed {closed:%Y-%m-%d %H:%M} UTC"
    facts = [f"digest {digest}, tick size {_tick(question)} from {source}"]
    _write_text(
        question, [title, "", *candle_text.verdict(explanation)], facts, candle_text.sections(explanation)
    )


def _tick(question: Question) -> str:
    return f"{question.rules.coins.tick_size[0]:g}"


def _funnel(options: argparse.Namespace) -> int:
    if options.at is not None:
        raise UsageError("--at belongs to the explanation of one candle; a funnel has --from and --to")
    bounds = [
        None if text is None else candle_boundary(text, option)
        for text, option in ((options.begin, "--from"), (options.end, "--to"))
    ]
    question = _question(options)
    begin, end = _range(question.folder, *bounds)
    decided = decide_range(question.folder, question.rules.coins, begin, end, question.settings)
    seen: list[str] = []
    funnel = funnel_of(_tallies(decided, seen))
    without = [pair for pair in question.pairs if pair not in seen]
    if options.json:
        header = {
            **question.header(),
            "from": f"{begin:%Y-%m-%dT%H:%M}Z",
            "to": f"{end:%Y-%m-%dT%H:%M}Z",
            "pairs": plain(tuple(seen)),
            "pairs_without_candles": plain(tuple(without)),
        }
        _write_json({**header, **_object(plain(funnel))})
        return 0
    title = f"Funnel of {len(seen)} coins, candles that open from {begin:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC"
    facts = [f"no candles there: {', '.join(without)}"] if without else []
    _write_text(question, [title], facts, funnel_text.sections(funnel))
    return 0


def _tallies(decided: Iterable[Decided], seen: list[str]) -> Iterable[Tally]:
    for piece in decided:
        seen.extend(piece.coins.symbols)
        yield Tally.of(piece.decisions, piece.existing)


def _range(folder: DataFolder, begin: datetime | None, end: datetime | None) -> tuple[datetime, datetime]:
    first, last = folder.span()
    begin, end = begin or first, end or last
    if begin >= end:
        raise UsageError(f"--from {begin:%Y-%m-%dT%H:%M} is not before --to {end:%Y-%m-%dT%H:%M}")
    if begin >= last or end <= first:
        raise UsageError(
            f"--from {begin:%Y-%m-%dT%H:%M} --to {end:%Y-%m-%dT%H:%M} lies outside the data, which goes from "
            f"{first:%Y-%m-%dT%H:%M} to {last:%Y-%m-%dT%H:%M}"
        )
    return begin, end


def _question(options: argparse.Namespace) -> Question:
    settings = settings_of(options)
    if options.data is None:
        folder = embedded_folder(_DEMONSTRATION_COINS)
        print(
            f"No --data given: the generated demonstration market in {folder.path} is used.", file=sys.stderr
        )
    else:
        folder = open_folder(options.data)
    pairs = pairs_of(folder, options.pair)
    rules = load_pair_rules(folder, pairs, options.exchange_info)
    return Question(folder, pairs, rules, settings)


def _write_text(
    question: Question, head: list[str], facts: list[str], sections: Iterable[tuple[str, list[str]]]
) -> None:
    header = question.header()
    lines = [*head, *(f"  {fact}" for fact in facts)]
    lines.append(f"  settings {header['settings_digest']}, data {header['data']}")
    if question.folder.generated:
        lines.append(
            "  This market is generated, for demonstration and tests; it says nothing about real ones."
        )
    for title, body in sections:
        lines += ["", title, *body]
    write_out("\n".join(lines))


def _write_json(content: dict[str, Plain]) -> None:
    write_out(orjson.dumps(content, option=orjson.OPT_INDENT_2).decode())


def _object(value: Plain) -> dict[str, Plain]:
    if not isinstance(value, dict):
        raise TypeError("a dataclass is an object")
    return value


def _add_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--pair",
        nargs="+",
        default=[],
        metavar="PAIR",
        help="BTC/USDT:USDT, BTCUSDT or BTC; a funnel takes several",
    )
    add("--at", metavar="TIME", help="close of the candle to explain, e.g. 2025-08-01T12:05 (UTC)")
    add("--data", type=Path, metavar="DIR", help="Freqtrade data folder (default: the generated market)")
    add("--funnel", action="store_true", help="count at which gate the candles of a range ended")
    add("--from", dest="begin", metavar="TIME", help="funnel: first candle (default: the data's first)")
    add("--to", dest="end", metavar="TIME", help="funnel: end of the range (default: the data's end)")
    add("--json", action="store_true", help="the same as JSON")
    add_settings_options(parser)
    add(
        "--exchange-info",
        type=Path,
        metavar="FILE",
        help="exchangeInfo answer (default: the one in or beside DIR)",
    )
    parser.epilog = _EPILOG


EXPLAIN = Command(_add_options, run)

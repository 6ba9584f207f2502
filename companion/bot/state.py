"""What is known of a bot, as values that never change: readers may keep a state as long as they like."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from companion.bot.models import Balance, PairLock, Profit, ShowConfig
from companion.bot.trade_models import ClosedTradeAnswer, OpenTrade

_NOTHING: Mapping[str, object] = MappingProxyType({})


class NotCompared(Enum):
    """Why the digests of a whitelisted pair were not compared."""

    NOT_SCANNED = "the scanner does not watch the pair"
    SCANNER_WITHOUT_DATA = "the scanner has no decision: data missing or stale"
    BOT_WITHOUT_DATA = "the bot has not analysed the pair"
    BOT_BEHIND = "the bot did not analyse this candle in time"
    BOT_AHEAD = "the bot is at a later candle"
    NO_ANSWER = "the bot did not answer"
    INPUTS_NOT_TOLD = "the bot does not say what it decided from"
    OTHER_SETTINGS = "the two decided with other settings or versions"
    OTHER_CANDLES = "one of the two lacks a candle of the pair, or has another one"
    OTHER_MARKET = "one of the two lacks a candle of BTC or ETH, or has another one"
    OTHER_RECORDED = "one of the two decided without the recorded row, or with another one"
    OTHER_FUNDING = "one of the two lacks a settled funding rate, or has another one"
    OTHER_COIN = "the two decided with another tick or other leverage tiers"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A pair on which scanner and strategy disagree; ``bar`` as in hhq.panel, digests as 12 hexadecimal digits."""

    pair: str
    bar: int
    scanner: str
    strategy: str
    since_ms: int
    lock_id: int | None
    """Lock that pauses the pair's entries; None where the bot refused it."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The scanner's digests compared with the strategy's since the start; ``mismatches`` must stay 0."""

    compared: int = 0
    mismatches: int = 0
    not_compared: Mapping[NotCompared, int] = field(default_factory=lambda: MappingProxyType({}))
    not_comparable: Mapping[NotCompared, int] = field(default_factory=lambda: MappingProxyType({}))
    """Different digests of different inputs since the start; included in ``not_compared``."""
    disagreeing: tuple[Mismatch, ...] = ()
    """Pairs that disagreed when last compared."""
    bar: int = -1
    """The bar whose comparison began last; −1 before the first."""
    waiting: int = 0
    """Pairs of this bar still to be compared."""


@dataclass(frozen=True, slots=True)
class BotState:
    """A bot by its latest answers. While it is unreachable they are kept, and ``asked_ms`` says how old they are.

    ``positions``: all trades not known to be closed, pending entry orders included; ``recent``: closed trades, newest
    first; ``custom_data``: what the strategy stored with the open ones, by trade id and key.
    """

    name: str
    url: str
    reachable: bool = False
    since_ms: int = 0
    """Since when ``reachable`` has had its value, ms UTC."""
    asked_ms: int = 0
    """Time of the last complete set of answers, ms UTC; 0 before the first."""
    config: ShowConfig | None = None
    positions: tuple[OpenTrade, ...] = ()
    unconfirmed: frozenset[int] = frozenset()
    """Ids of positions missing from the last answer but not known to be closed."""
    recent: tuple[ClosedTradeAnswer, ...] = ()
    closed_count: int = 0
    custom_data: Mapping[int, Mapping[str, object]] = field(default_factory=lambda: MappingProxyType({}))
    balance: Balance | None = None
    profit: Profit | None = None
    locks: tuple[PairLock, ...] = ()
    whitelist: tuple[str, ...] = ()
    blacklist: tuple[str, ...] = ()
    comparison: Comparison = Comparison()
    listening: bool = False
    """Whether the bot's message stream is open; without it changes are seen by polling only."""
    wakes: int = 0
    """Wake-ups by the bot's messages since the start."""
    last_error: str | None = None

    @property
    def version(self) -> str | None:
        """Freqtrade's version, None before the bot was first reached."""
        return self.config.version if self.config else None

    @property
    def run_mode(self) -> str | None:
        """dry_run or live, None before the bot was first reached."""
        return self.config.runmode if self.config else None

    @property
    def equity(self) -> float | None:
        """Equity of the account in the stake currency, None while it is not known: an empty wallet is not known."""
        return self.balance.total if self.balance and self.balance.is_known else None

    @property
    def starting_capital(self) -> float | None:
        """The account without what the bot has earned, None while it is not known."""
        return self.balance.starting_capital if self.balance and self.balance.is_known else None

    @property
    def max_positions(self) -> float | None:
        """The largest number of open trades; None before the bot was first reached, and where there is no limit."""
        largest = self.config.max_open_trades if self.config else -1.0
        return largest if 0.0 <= largest < math.inf else None

    @property
    def open_pairs(self) -> frozenset[str]:
        """Pairs with a position or a pending entry order."""
        return frozenset(position.pair for position in self.positions)

    def stored(self, trade_id: int) -> Mapping[str, object]:
        """What the strategy stored with an open trade; empty where it is not known."""
        return self.custom_data.get(trade_id, _NOTHING)

"""Errors of the replay exchange: what prevents a start, and what clients are answered."""

from __future__ import annotations


class ReplayError(Exception):
    """An expected failure; where it ends the program, its text tells the user why."""


class MarketDataError(ReplayError):
    """A data folder or one of its files cannot be used; the text names it."""


class BinanceError(ReplayError):
    """A refusal in Binance's own form: HTTP status, negative code, message."""

    def __init__(self, code: int, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


def mandatory_parameter(name: str) -> BinanceError:
    """-1102: `name` was not sent."""
    return BinanceError(-1102, f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed.")


def empty_parameter(name: str) -> BinanceError:
    """-1105: `name` was sent without a value."""
    return BinanceError(-1105, f"Parameter '{name}' was empty.")


def illegal_characters(name: str, legal: str) -> BinanceError:
    """-1100: `name` has characters outside the pattern `legal`."""
    return BinanceError(-1100, f"Illegal characters found in parameter '{name}'; legal range is '{legal}'.")


def invalid_value(name: str) -> BinanceError:
    """-1130: the value of `name` is out of its range."""
    return BinanceError(-1130, f"Data sent for parameter '{name}' is not valid.")


def invalid_symbol() -> BinanceError:
    """-1121: no such symbol is listed at this instant."""
    return BinanceError(-1121, "Invalid symbol.")


def invalid_interval() -> BinanceError:
    """-1120: the candle interval is unknown or cannot be made from 5m candles."""
    return BinanceError(-1120, "Invalid interval.")


def invalid_parameter(name: str) -> BinanceError:
    """-1130 in the words of /futures/data."""
    return BinanceError(-1130, f"parameter '{name}' is invalid.")


def window_too_long(hours: int) -> BinanceError:
    """-1127: the time window spans more than `hours`."""
    return BinanceError(-1127, f"More than {hours} hours between startTime and endTime.")


def start_after_end() -> BinanceError:
    """-1023: startTime is greater than endTime."""
    return BinanceError(-1023, "Start time is greater than end time.")


def invalid_combination() -> BinanceError:
    """-1128: optional parameters that exclude each other."""
    return BinanceError(-1128, "Combination of optional parameters invalid.")


def invalid_depth_limit(value: int) -> BinanceError:
    """-4021: the order book has no such depth."""
    return BinanceError(-4021, f"{value} is not valid depth limit.")


def unknown_path(path: str, method: str) -> BinanceError:
    """-5000 with HTTP 404: no such route."""
    return BinanceError(-5000, f"Path {path}, Method {method} is invalid", 404)


def missing_api_key() -> BinanceError:
    """-2014: a private route was called without a key."""
    return BinanceError(-2014, "API-key format invalid.", 401)


def refused_api_key(address: str) -> BinanceError:
    """-2015: a private route was called with a key; this exchange has no accounts."""
    return BinanceError(
        -2015,
        f"Invalid API-key, IP, or permissions for action, request ip: {address}",
        401,
    )

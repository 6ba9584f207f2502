"""The ledger of a backtest as tables that look like Freqtrade's own."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.table import Table

from companion.evidence.sections import TOO_LITTLE
from companion.offline.backtest_ledger import Check
from hhq.costs import Costs
from hhq.evidence.interval import Mean
from hhq.evidence.ledger import Amount, Expectancy, Group, Ledger, Weighted
from hhq_shared.guard_counts import GuardCount

WIDTH = 100
_TITLES = ("Trades", "Won %", "USDT", "a trade", "% a trade", "% by notional")


def ledger(found: Ledger, costs: Costs) -> Iterator[str]:
    """The table of costs and expectancy, and the lines below it; one line where nothing was traded."""
    if not found.trades:
        yield "COSTS AND EXPECTANCY: no trade was closed. Where candidates end: companion explain --funnel."
        return
    table = _table("COSTS AND EXPECTANCY", "", _TITLES)
    _costs(table, found)
    if found.expected_net.equal.is_enough:
        _weighted(table, "Break-even fee a side", found.break_even_side_pct)
    else:
        table.add_row("Break-even fee a side", "", "", "", "", TOO_LITTLE, TOO_LITTLE)
    _weighted(table, "Fee a side, charged", found.fee_side_pct)
    _weighted(table, "Fee a side, by order", found.fee_side_by_order_pct)
    for title, groups in (
        ("Side, net", found.sides),
        ("Exit, net", _by_result(found.exits)),
        ("Reduction, less fees", _by_result(found.reductions)),
    ):
        if groups:
            table.add_section()
            table.add_row(title)
            for group in groups:
                table.add_row(group.name, f"{group.count}", _share(group.won), *_money(group.net))
    yield _printed(table)
    yield from _below(found, costs)


def guards(counts: Sequence[GuardCount]) -> Iterator[str]:
    """The table of what the guards did; nothing where none set a lock."""
    if counts:
        table = _table("GUARDS", "Guard", ("Locks", "Entries refused"))
        for count in counts:
            table.add_row(count.guard, f"{count.locks}", f"{count.refused}")
        yield _printed(table)


def disagreement(check: Check) -> str:
    """What is said where the trades' orders do not come to Freqtrade's result."""
    return (
        f"CHECK: the table cannot be trusted. The orders come to {check.by_orders:+.2f} USDT, Freqtrade books "
        f"{check.by_freqtrade:+.2f} USDT; {check.differing} trades differ."
    )


def _costs(table: Table, found: Ledger) -> None:
    count = f"{found.trades}"
    _expected(table, ("Gross", count, ""), found.gross, found.expected_gross)
    table.add_row("Fees, charged", "", "", *_money(found.fees))
    table.add_row("Funding", "", "", *_money(found.funding))
    _expected(table, ("Net", count, _share(found.won)), found.net, found.expected_net)
    table.add_section()
    table.add_row("Fees, by order", "", "", *_money(found.fees_by_order))
    _expected(table, ("Net, by order", count, ""), found.net_by_order, found.expected_net_by_order)
    table.add_section()


def _expected(table: Table, head: tuple[str, str, str], amount: Amount, expected: Expectancy) -> None:
    """A row of money whose % is an expectancy: with its interval, or with no number."""
    means = (expected.equal, expected.by_notional)
    table.add_row(*head, *_usdt(amount), *(_mean(mean) for mean in means))
    if expected.equal.is_enough:
        table.add_row("  95 % by days", "", "", "", "", *(_interval(mean) for mean in means))


def _weighted(table: Table, name: str, figure: Weighted) -> None:
    table.add_row(name, "", "", "", "", f"{figure.equal:.3f}", f"{figure.by_notional:.3f}")


def _below(found: Ledger, costs: Costs) -> Iterator[str]:
    least, quarter, median, upper, most = (f"{value:g}" for value in found.leverage)
    yield (
        f"Leverage: least {least}, quarter {quarter}, median {median}, quarter {upper}, most {most}.\n"
        f"Notional: {found.entered:.0f} USDT entered, {found.turnover:.0f} USDT traded, in {found.days} days.\n"
        f"% are of the entry's notional: each trade alike, and by notional. Funding counts each payment once.\n"
        f"By order: entries pay {costs.maker_fee_pct:g} % (maker), exits {costs.taker_fee_pct:g} % (taker)."
    )


def _by_result(groups: Iterable[Group]) -> list[Group]:
    return sorted(groups, key=lambda group: -group.net.total)


def _money(amount: Amount) -> tuple[str, str, str, str]:
    return *_usdt(amount), _percent(amount.equal_pct), _percent(amount.by_notional_pct)


def _usdt(amount: Amount) -> tuple[str, str]:
    return f"{amount.total:.2f}", f"{amount.mean:.2f}"


def _percent(value: float) -> str:
    return f"{value:+.3f}"


def _mean(mean: Mean) -> str:
    return _percent(mean.mean) if mean.is_enough else TOO_LITTLE


def _interval(mean: Mean) -> str:
    return f"{mean.low:+.3f}, {mean.high:+.3f}"


def _share(won: float) -> str:
    return f"{won * 100.0:.1f}"


def _table(title: str, first: str, columns: Sequence[str]) -> Table:
    table = Table(title=title)
    table.add_column(first)
    for name in columns:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _printed(table: Table) -> str:
    """The table as text of its own width; terminals narrower than it wrap lines, as they do with Freqtrade's."""
    console = Console(file=io.StringIO(), width=WIDTH, color_system=None)
    with console.capture() as captured:
        console.print(table)
    return "\n".join(line.rstrip() for line in captured.get().splitlines())

"""A stress test for people to read."""

from collections.abc import Iterator
from typing import Any

TOLD = 12  # breaks and gaps shown before "and so many more"
MONEY, SHARE = "{:,.0f}", "{:.1%}"


def table(report: dict[str, Any]) -> str:
    """Return the report of :func:`planning.runner.stress.report.as_json` as lines of text."""
    parts = [_head(report), _breaks(report), _gaps(report), _acts(report), _goods(report), _hours(report)]
    return "\n".join(line for part in [*parts, _help(report), _foot(report)] for line in part)


def _head(report: dict[str, Any]) -> Iterator[str]:
    drops = ", ".join(f"{drop['kind']} {drop['code']} −{100 * drop['share']:g} %" for drop in report["drops"])
    yield f"{report['subject']}: {drops}"
    yield f"{report['workplaces']:,} workplaces, {report['lines']:,} lines; the plan before is the one that adds up."
    if report["open_before"]:
        yield f"{len(report['open_before'])} balances were open before; they are not counted as breaks."


def _breaks(report: dict[str, Any]) -> Iterator[str]:
    yield ""
    yield "What breaks first"
    for broken in report["breaks"][:TOLD]:
        yield f"  at {broken['share_of_shock']:6.1%} of the shock  {broken['sentence']}"
    yield from _more(report["breaks"], "breaks")
    if not report["breaks"]:
        yield "  nothing: no gap opens, and nobody's room runs out"


def _more(rows: list[Any], what: str) -> Iterator[str]:
    if len(rows) > TOLD:
        yield f"  and {len(rows) - TOLD} more {what}"


def _gaps(report: dict[str, Any]) -> Iterator[str]:
    if not report["gaps"]:
        return
    yield ""
    yield "What nobody can make up for"
    for gap in report["gaps"][:TOLD]:
        side = "short" if gap["short"] > 0 else "left over"
        yield f"  {gap['name']}: {abs(gap['short']):,.4g} {gap['unit']} {side} ({abs(gap['share']):.1%})"


def _acts(report: dict[str, Any]) -> Iterator[str]:
    acts = report["acts"]
    yield ""
    yield "Who must act, with the least change"
    yield f"  {acts['workplaces_hit']:,} workplaces are hit"
    yield (
        f"  {acts['workplaces_beyond_band']:,} others ({acts['share_beyond_band']:.1%}) are asked beyond their bands, "
        f"for {acts['lines_beyond_band']:,} lines; {acts['workplaces_inside_band']:,} move within them"
    )
    yield f"  {acts['demand_lines_beyond_band']:,} lines of demand are asked"


def _goods(report: dict[str, Any]) -> Iterator[str]:
    output, unit = report["output"], report["unit"]
    yield ""
    yield f"What it costs ({unit})"
    yield (
        f"  output lost {_of(output['lost'], output['before'])}: {MONEY.format(output['dropped_out'])} drop out, others "
        f"make {MONEY.format(output['others_more'])} more and {MONEY.format(output['others_less'])} less"
    )
    for row in report["demand"]:
        yield f"  {row['category']}: {_of(row['given_up'], row['before'])} given up"
    bought = report["imports"]
    yield f"  imports: {_of(bought['after'] - bought['before'], bought['before'], sign=True)}"


def _of(amount: float, whole: float, *, sign: bool = False) -> str:
    share = amount / whole if whole else 0.0
    return f"{amount:+,.0f} ({share:+.1%})" if sign else f"{amount:,.0f} ({share:.1%})"


def _hours(report: dict[str, Any]) -> Iterator[str]:
    hours = report["hours"]
    if not hours["worked_before"]:
        return
    yield ""
    yield f"Hours ({hours['unit']})"
    yield f"  {'':22}{'freed':>12}{'idle before':>14}{'idle after':>14}"
    for row in [*hours["regions"], hours | {"name": "in all"}]:
        yield f"  {row['name'][:22]:22}{row['freed']:>12,.0f}{row['idle_before']:>14,.0f}{row['idle_after']:>14,.0f}"


def _help(report: dict[str, Any]) -> Iterator[str]:
    if not report["help"]:
        return
    yield ""
    yield "Who could help with what is missing most"
    for row in report["help"]:
        yield (
            f"  {row['name']}: {row['missing']:,.4g} {row['unit']} missing, {row['could_be_had']:,.4g} could be had; "
            f"premium {row['premium']:.1%}"
        )
        for helper in row["helpers"]:
            way = "up to" if helper["more"] else "do with less, up to"
            yield f"    {helper['who']}: {way} {helper['room']:,.4g}"


def _foot(report: dict[str, Any]) -> Iterator[str]:
    yield ""
    yield (
        f"{report['plans_solved']} plans solved in {report['seconds']:.1f} s; gap between cost and its lower bound "
        f"{report['certificate']['gap']:.0e} of turnover"
    )

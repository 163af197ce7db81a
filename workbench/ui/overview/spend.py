"""What was spent: the month against its budget, what stands out, and on what."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from workbench import charts
from workbench.stats.numbers import counted, money, percent
from workbench.ui.components import address
from workbench.ui.components.tables import show_table
from workbench.ui.components.text import plain
from workbench.workspace.spending.spending import DAYS_SHOWN, CapUse, SpendLine, SpendReport

LINES_SHOWN = 8
"""Rows of a table; the rest are added up in one."""
REMARKS_SHOWN = 3


def show(month: CapUse, report: SpendReport) -> None:
    """The month, what stands out, the days, and tables by prompt, model and use case."""
    if not report.days and not month.spent.usd and month.cap_usd is None:
        st.caption(f"Nothing was spent in the last {DAYS_SHOWN} days.")
        return
    st.subheader("Spend", anchor=False)
    _show_month(month)
    _show_unusual([*_first(report.unusual_days, "day"), *_first(report.dear_arms, "arm")])
    if not report.days:
        return
    st.altair_chart(charts.spend_by_day(report.day_frame()), alt=_days_in_words(report))
    tables = {"By prompt": report.prompts, "By model": report.models, "By use case": report.use_cases}
    for (name, lines), tab in zip(tables.items(), address.tabs(list(tables), "spend"), strict=True):
        if tab.open:
            with tab:
                _show_table(name.removeprefix("By ").capitalize(), lines)
    st.caption(f"Chart and tables show the last {DAYS_SHOWN} days (UTC).{_unknown(report.unknown)}")


def _show_month(month: CapUse) -> None:
    """This month's spend, and how much of its budget that is."""
    text = f"This month: **{plain(month.text)}**"
    if month.spent.reserved_usd:
        text += f" · {plain(money(month.spent.reserved_usd))} of it set aside for calls under way or lost"
    if month.share is None:
        st.markdown(text)
        return
    st.progress(min(month.share, 1.0), text=text)
    if month.state == "near":
        st.warning(
            "Runs stop at the budget and keep what they have. It is month_usd in workbench.toml.",
            title=f"{percent(month.share)} of this month's budget is used",
            icon=":material/warning:",
        )
    elif month.state == "reached":
        st.error(
            "Runs stop where they would spend more. Raise month_usd in workbench.toml to go on.",
            title="This month's budget is used up",
            icon=":material/block:",
        )


def _show_unusual(remarks: Sequence[str]) -> None:
    if not remarks:
        return
    with st.container(border=True):
        st.markdown(":material/trending_up: **Costs more than usual**")
        st.markdown("\n".join(f"- {plain(remark)}" for remark in remarks))


def _first(remarks: Sequence[str], what: str) -> list[str]:
    """The first remarks, and how many more there are."""
    more = len(remarks) - REMARKS_SHOWN
    return [*remarks[:REMARKS_SHOWN], *([f"And {counted(more, f'more {what}')}."] if more > 0 else [])]


def _show_table(head: str, lines: Sequence[SpendLine]) -> None:
    shown, rest = list(lines[:LINES_SHOWN]), lines[LINES_SHOWN:]
    if rest:
        sums = [sum(parts) for parts in zip(*((one.calls, one.usd, one.unknown) for one in rest), strict=True)]
        shown.append(SpendLine(f"{len(rest):,} others", int(sums[0]), sums[1], int(sums[2])))
    rows = [{head: line.name, "Spent": line.text, "Answers and verdicts": f"{line.calls:,}"} for line in shown]
    show_table(rows, alt=f"Spend of the last {DAYS_SHOWN} days by {head.lower()}")


def _unknown(answers: int) -> str:
    if not answers:
        return ""
    return (
        f" The cost of {counted(answers, 'answer')} is not known, so sums say the least that was spent: give their "
        "models a price in workbench.toml."
    )


def _days_in_words(report: SpendReport) -> str:
    days = [f"{day.day:%d %b} {'at least ' if day.unknown else ''}{money(day.usd)}" for day in report.days]
    return f"Spend by day. {'; '.join(days)}"

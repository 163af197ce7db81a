"""The table of what judge and people say, and the answers behind each of its cells."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from workbench.hashing import short
from workbench.stats.numbers import number
from workbench.ui.components import address
from workbench.ui.components.examples import question, show_example
from workbench.ui.components.sources import show_sources
from workbench.ui.components.tables import show_table
from workbench.ui.components.text import html_text, one_line, plain
from workbench.workspace import Workbench
from workbench.workspace.judges.calibrating import JudgedCase
from workbench.workspace.judges.calibration import Calibration, JudgedAnswer

CELLS: Mapping[str, tuple[str, bool, bool]] = {
    "let-through": ("Judge passes, people fail", True, False),
    "too-strict": ("Judge fails, people pass", False, True),
    "both-pass": ("Both pass", True, True),
    "both-fail": ("Both fail", False, False),
}
"""By name in the address: the words, what the judge says, what people say. Mistakes come first."""
ID_DIGITS = 12
MOST_OFFERED = 200


def show(wb: Workbench, found: Calibration) -> None:
    """The counts, then a cell's answers, one of them in full."""
    st.subheader("Judge and people", anchor=False)
    (both, let_through), (missed, caught) = found.table
    show_table(
        [
            {"": "Judge passes", "People pass": f"{both:,}", "People fail": f"{let_through:,}"},
            {"": "Judge fails", "People pass": f"{missed:,}", "People fail": f"{caught:,}"},
        ],
        alt="How often judge and people pass and fail the same answers",
    )
    answers = {name: found.cell(judge=judge, people=people) for name, (_, judge, people) in CELLS.items()}
    default = next((name for name, some in answers.items() if some), "both-pass")
    cell = address.switch(
        "Read the answers",
        list(CELLS),
        "cell",
        default=default,
        forget=("answer",),
        format_func=lambda name: f"{CELLS[name][0]} · {len(answers[name]):,}",
    )
    if not answers[cell]:
        st.caption("There is no such answer.")
        return
    offered = {short(one.trial_id, ID_DIGITS): one for one in answers[cell][:MOST_OFFERED]}
    if len(answers[cell]) > MOST_OFFERED:
        st.caption(f"The first {MOST_OFFERED:,} are offered.")
    picked = address.pick("Answer", list(offered), "answer", format_func=lambda name: _title(offered[name]))
    _show(wb.judges.case(offered[picked].trial_id), offered[picked])


def _title(one: JudgedAnswer) -> str:
    return f"{one.example_id} · {one.arm}"


def _show(case: JudgedCase, one: JudgedAnswer) -> None:
    with st.container(border=True, key="judged-answer"):
        st.markdown(f"**{plain(one_line(question(case.example)))}**")
        output = case.answer.output
        st.html(html_text("" if output is None else output.completion.text))
        verdict = "passes" if one.passed else "fails"
        st.markdown(f"**Judge {verdict} it** ({number(one.value)}): {plain(one.reason or 'no reason given')}")
        for review in case.reviews:
            note = f": {plain(review.note)}" if review.note else ", without a note"
            st.markdown(f"**{plain(review.reviewer)} says {review.verdict}**{note}")
        with st.expander("The question in full, and what was expected", icon=":material/help_center:"):
            show_example(case.example)
        if output is not None:
            show_sources(output.retrieved, case.answer.cited, key="judged-sources")

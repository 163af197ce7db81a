"""Settling what reviewers differ on: both notes side by side, and the label that counts from then on."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from workbench.domain.review import Review, Verdict
from workbench.errors import WorkbenchError
from workbench.hashing import short
from workbench.stats.numbers import counted
from workbench.ui.components import address, notices
from workbench.ui.components.allowed import for_role
from workbench.ui.components.text import html_text, plain
from workbench.ui.review.reading import show_case
from workbench.ui.review.runs import pick_run
from workbench.ui.shell import show_error
from workbench.workspace import Workbench
from workbench.workspace.reviews.agreement import Disagreement

WORDS: dict[Verdict, str] = {"pass": "✓ Pass", "fail": "✗ Fail", "unsure": "? Unsure"}
ID_DIGITS = 16


def settle(wb: Workbench) -> None:
    """The answers of a run that one person passed and another failed, one at a time."""
    run = pick_run(wb)
    if run is None:
        return
    differing = wb.reviews.to_adjudicate(run)
    if not differing:
        st.info(
            "Nobody differs here: no answer was passed by one person and failed by another. That takes two reviewers "
            "on the same answers.",
            icon=":material/balance:",
        )
        return
    st.write(
        "One person passed these answers and another failed them. The label you pick counts from then on; what each "
        "of them said stays in the history."
    )
    names = {short(one.trial_id, ID_DIGITS): one for one in differing}
    still = [name for name, one in names.items() if one.settled is None]
    st.caption(f"{counted(len(still), 'answer')} to settle, {len(names) - len(still):,} settled.")

    def label(name: str) -> str:
        one = names[name]
        return f"{list(names).index(name) + 1} · {one.example_id}" + (" · settled" if one.settled else "")

    chosen = address.pick("Answer", list(names), "answer", default=still[0] if still else None, format_func=label)
    _one(wb, names[chosen], [name for name in still if name != chosen])


def _one(wb: Workbench, one: Disagreement, others: Sequence[str]) -> None:
    may = for_role(wb, "reviewer", "review answers")
    show_case(wb.reviews.case(one.trial_id))
    _verdicts(one.reviews)
    if one.settled is not None:
        said = WORDS[one.settled.verdict] if one.settled.verdict else ""
        st.success(
            f"Settled by {plain(one.settled.reviewer)}: {said}. {plain(one.settled.note)}", icon=":material/check:"
        )
        st.button("Take this back", key="unsettle", on_click=_undo, args=(wb, one.trial_id), **may)
    st.text_input("Why, in a sentence", key=f"why-{one.trial_id}", placeholder="Optional; shown with the label")
    with st.container(horizontal=True):
        for verdict in ("pass", "fail"):
            st.button(
                f"{WORDS[verdict]} counts",
                key=f"settle-{verdict}",
                type="primary" if one.settled is None else "secondary",
                on_click=_settled,
                args=(wb, one.trial_id, verdict, f"why-{one.trial_id}", others[0] if others else None),
                **may,
            )


def _verdicts(reviews: Sequence[Review]) -> None:
    """What each person said, side by side."""
    for column, review in zip(st.columns(len(reviews)), reviews, strict=True):
        with column, st.container(border=True):
            st.markdown(f"**{plain(review.reviewer)}**: {WORDS[review.verdict] if review.verdict else 'nothing'}")
            parts = [review.note or "No note.", *(f"Kind of failure: {tag}" for tag in review.tags)]
            parts += [f"Better: {review.correction}"] if review.correction else []
            st.html("".join(html_text(part) for part in parts))


def _settled(wb: Workbench, trial: str, verdict: Verdict, note: str, following: str | None) -> None:
    try:
        wb.reviews.adjudicate(trial, verdict, note=st.session_state.get(note, ""))
    except WorkbenchError as error:
        show_error(error)
        return
    notices.tell("Settled.", icon=":material/check:")
    address.write("answer", following)


def _undo(wb: Workbench, trial: str) -> None:
    try:
        wb.reviews.unadjudicate(trial)
    except WorkbenchError as error:
        show_error(error)

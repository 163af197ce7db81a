"""Teaching a judge: rules in experts' words, the answers they judged, a check on labels kept apart, and using it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from workbench.domain.lessons import MOST_RULES, LessonsVersion
from workbench.errors import CancelledError, WorkbenchError
from workbench.stats.numbers import counted
from workbench.ui import shell
from workbench.ui.components import address, going_on, notices, pressing, unsaved
from workbench.ui.components.allowed import for_role
from workbench.ui.components.tables import show_table
from workbench.ui.components.text import one_line, plain
from workbench.workspace import Workbench
from workbench.workspace.judges.calibration import Calibration
from workbench.workspace.judges.lesson_checks import Outcome
from workbench.workspace.judges.lesson_material import Material
from workbench.workspace.judges.lesson_words import material_sentences, outcome_sentences
from workbench.workspace.judges.teaching import BY_HAND

RULES = "judge-rules"
SUGGESTED = "judge-rules-suggested"
"""What a model suggested, until the field takes it over; and by whom, for the record."""
SHOWN = 30


def show(wb: Workbench, card: Calibration) -> None:
    """From critiques to a judge in force, in three steps on one page."""
    st.button(
        f"Back to {plain(card.about.label)}",
        icon=":material/arrow_back:",
        key="improve-back",
        type="tertiary",
        on_click=address.turn_to,
        kwargs={"view": None, "lessons": None},
    )
    st.subheader(f"Improve {plain(card.judge)}", anchor=False)
    with shell.errors_shown():
        found = wb.judges.teaching.material(card.judge, card.run)
        st.markdown(plain(" ".join(material_sentences(found))))
        if _going_on(wb, found):
            return
        kept = _rules(wb, found)
        _examples(found)
        if kept is not None:
            _check(wb, found, kept)
        _history(wb, found)


def _rules(wb: Workbench, found: Material) -> LessonsVersion | None:
    """The rules, to be typed, suggested and kept; returns the lessons that are looked at."""
    teaching = wb.judges.teaching
    known = {str(one.number): one for one in teaching.all(found.judge) if one.run == found.run}
    number = address.read("lessons") or next(iter(known), None)
    kept = known.get(number or "")
    st.subheader("1 · Rules", anchor=False)
    key = f"{RULES}-{found.judge}-{number}"
    if SUGGESTED in st.session_state:
        st.session_state[key] = "\n".join(st.session_state.pop(SUGGESTED))
    saved = "\n".join(kept.lessons.rules) if kept is not None else ""
    if key not in st.session_state:
        st.session_state[key] = unsaved.found(wb, key) or saved
    typed = st.text_area(
        f"What passes and what fails, a sentence a line, {MOST_RULES} at most",
        key=key,
        height=180,
        placeholder="An answer that names a fee without its source fails.",
    )
    if typed == saved:
        unsaved.forget(wb, key)
    else:
        unsaved.keep(wb, key, typed)
    with st.container(horizontal=True):
        _suggest(wb, found)
        if pressing.once(
            "Keep these rules",
            "Keeping…",
            icon=":material/save:",
            key="improve-keep",
            prominent=kept is None,
            **_may(wb),
        ):
            source = st.session_state.pop(f"{SUGGESTED}-by", BY_HAND)
            new = teaching.keep(found.judge, found.run, (typed or "").splitlines(), source=source)
            unsaved.forget(wb, key)
            address.write("lessons", str(new.number))
            notices.tell(f"Kept as lessons {new.number}.", icon=":material/save:")
            st.rerun()
    return kept


def _suggest(wb: Workbench, found: Material) -> None:
    models = next((line.models for line in wb.judges.list() if line.name == found.judge), ())
    if not found.critiques or not models:
        why = "No note to learn from yet" if not found.critiques else "No model is set up: type the rules"
        st.button("Suggest rules", icon=":material/lightbulb:", key="improve-suggest-not", disabled=True, help=why)
        return
    label = f"Suggest rules from {counted(len(found.critiques), 'note')} (1 call to {plain(models[0])})"
    if pressing.once(label, "Asking…", icon=":material/lightbulb:", key="improve-suggest", **_may(wb)):
        try:
            st.session_state[SUGGESTED] = wb.judges.teaching.suggest(found.judge, found.run)
        except WorkbenchError as error:
            shell.show_error(error)
            return
        st.session_state[f"{SUGGESTED}-by"] = models[0]
        st.rerun()


def _examples(found: Material) -> None:
    with st.expander(f"Answers that teach: {len(found.teaching):,}", icon=":material/menu_book:"):
        st.caption(
            "Beside each answer the judge is shown up to six of these that are most like it, half of them its own former "
            "mistakes, and never one of the same row."
        )
        rows = [
            {
                "Question": one_line(one.question),
                "People say": one.verdict,
                "Why": one.critique,
                "Judge": "said the opposite" if one.mistake else "agreed",
            }
            for one in found.teaching[:SHOWN]
        ]
        if rows:
            show_table(rows, alt="Labelled answers that teach the judge", stacked="improve-examples")
        if len(found.teaching) > SHOWN:
            st.caption(f"The first {SHOWN:,} are shown.")


def _check(wb: Workbench, found: Material, kept: LessonsVersion) -> None:
    """What the check costs, the check, and what came of it."""
    teaching = wb.judges.teaching
    st.subheader("2 · Check on labels kept apart", anchor=False)
    outcome = next((one for one in teaching.outcomes(found.judge) if one.check.lessons == kept.number), None)
    if outcome is not None:
        _tell(outcome)
    if found.used_up:
        st.warning(
            "These labels have been used too often: another check would say more about luck than about the judge. "
            "Review about 25 more answers.",
            icon=":material/hourglass_disabled:",
        )
    elif not found.kept:
        st.info("No label is kept apart yet: review more answers.", icon=":material/rate_review:")
    else:
        st.markdown(plain(f"Lessons {kept.number}: {teaching.cost(kept).sentence}"))
        label = "Check" if outcome is None else "Check again"
        if pressing.once(
            label,
            "Starting…",
            icon=":material/fact_check:",
            key="improve-check",
            prominent=outcome is None,
            **_may(wb),
        ):
            teaching.start_check(kept)
            st.rerun()
    now = teaching.in_force(found.judge)
    st.subheader("3 · Use it", anchor=False)
    if now is not None and now.number == kept.number:
        st.markdown(f":green[:material/check_circle:] Lessons {kept.number} are in force.")
    elif outcome is None or not outcome.accepted:
        st.caption("A judge is changed only when a check accepts it.")
    elif pressing.once(
        "Use from now on",
        "Changing…",
        icon=":material/task_alt:",
        key="improve-use",
        prominent=True,
        **_may(wb),
    ):
        teaching.use(found.judge, kept.number)
        notices.tell("The judge is changed. Score stored answers again to see it on them.", icon=":material/task_alt:")
        st.rerun()


def _tell(outcome: Outcome) -> None:
    verdict, *more = outcome_sentences(outcome)
    icon, colour = (":material/check_circle:", "green") if outcome.accepted else (":material/cancel:", "red")
    st.markdown(f":{colour}[{icon}] **{plain(verdict)}**")
    st.markdown(plain(" ".join(more)))


def _going_on(wb: Workbench, found: Material) -> bool:
    """Whether a check goes on, which is shown; how it ended is told once."""
    teaching = wb.judges.teaching
    job = teaching.checking(found.judge)
    if job is None:
        return False
    if not job.done:
        st.fragment(_watch, run_every=going_on.POLL_S, key="improve-watch")(wb, found.judge)
        return True
    teaching.put_away(found.judge)
    try:
        job.wait()
    except CancelledError as error:
        st.info(plain(str(error)), title="Stopped", icon=going_on.STOP)
    except WorkbenchError as error:
        shell.show_error(error)
    return False


def _watch(wb: Workbench, judge: str) -> None:
    job = wb.judges.teaching.checking(judge)
    if job is None or job.done:
        st.rerun()
    done, wanted = job.progress
    told = f"{done:,} of {counted(wanted, 'verdict')}" if wanted else "Asking the first"
    st.progress(done / wanted if wanted else 0.0, text=f"**Checking {plain(judge)}** · {told}")
    going_on.offer_stop(job, key="improve-stop")


def _history(wb: Workbench, found: Material) -> None:
    """All lessons of the judge, and the way back to the judge without any."""
    teaching = wb.judges.teaching
    known, now = teaching.all(found.judge), teaching.in_force(found.judge)
    if not known:
        return
    checks = {one.check.lessons: one for one in reversed(teaching.outcomes(found.judge))}
    with st.expander("Earlier lessons", icon=":material/history:"):
        rows = [
            {
                "Lessons": str(one.number),
                "Rules": f"{len(one.lessons.rules):,}",
                "Examples": f"{len(one.lessons.examples):,}",
                "Worded by": one.source,
                "By": one.created_by,
                "Check": _said(checks.get(one.number)),
                "In force": "yes" if now is not None and now.number == one.number else "",
            }
            for one in known
        ]
        show_table(rows, alt="All lessons of the judge", stacked="improve-history")
    if now is not None and pressing.once(
        "Go back to the judge without lessons",
        "Changing…",
        icon=":material/undo:",
        key="improve-forget",
        **_may(wb),
    ):
        teaching.forget(found.judge)
        notices.tell("The judge without lessons counts again.", icon=":material/undo:")
        st.rerun()


def _may(wb: Workbench) -> dict[str, Any]:
    return for_role(wb, "engineer", "improve a judge")


def _said(outcome: Outcome | None) -> str:
    if outcome is None:
        return "not checked"
    return "accepted" if outcome.accepted else "not accepted"

"""A card for people who come from another tool: drop in its results, see what they are worth."""

from __future__ import annotations

import streamlit as st

from workbench.errors import FormatError, WorkbenchError
from workbench.stats.numbers import counted
from workbench.ui.components import downloads, places, pressing
from workbench.ui.components.allowed import for_role
from workbench.ui.components.tables import show_table
from workbench.ui.components.text import plain
from workbench.ui.overview import columns
from workbench.ui.shell import show_error
from workbench.workspace import Workbench
from workbench.workspace.elsewhere.importing import ImportedRun, Options
from workbench.workspace.elsewhere.second_opinion import SecondOpinion

TITLE = "Check another tool's results"
TYPES = ["json", "jsonl", "ndjson", "csv", "tsv"]
_CHECKED = "checked-elsewhere"


def show(wb: Workbench, *, opened: bool) -> None:
    """The card, unfolded where there is nothing else yet; below it the verdict on what was dropped in last."""
    with st.expander(f"**{TITLE}**", expanded=opened or _CHECKED in st.session_state, icon=":material/fact_check:"):
        st.markdown(
            "Did the winner really win? Drop in results of promptfoo, Langfuse, Ragas or DeepEval, or a table with a "
            "question, an answer and scores in each row. Several files are versions of one evaluation. Nothing is sent "
            "anywhere."
        )
        files = st.file_uploader("Files with results", type=TYPES, accept_multiple_files=True, key="elsewhere-files")
        if not files:
            downloads.sample("A sample of such a table", "results.csv", key="sample-results")
        else:
            given = [(file.name, file.getvalue()) for file in files]
            options = columns.options(given)
            may = for_role(wb, "engineer", "import results")
            if pressing.once(
                "Check", "Checking…", icon=":material/fact_check:", key="elsewhere-check", prominent=True, **may
            ):
                _check(wb, given, options)
        opinion = st.session_state.get(_CHECKED)
        if opinion is not None:
            _show(opinion)


def _check(wb: Workbench, files: list[tuple[str, bytes]], options: Options) -> None:
    st.session_state.pop(_CHECKED, None)
    try:
        # Kept as it is: a comparison of many answers takes seconds, and a page is drawn at every click.
        st.session_state[_CHECKED] = SecondOpinion.on(wb, wb.runs.import_contents(files, options))
    except FormatError as error:
        pressing.offer_again()
        st.error("Nothing was imported.", icon=":material/error:")
        st.code(str(error), language=None, wrap_lines=True)
    except WorkbenchError as error:
        show_error(error)
    else:
        st.rerun()


def _show(opinion: SecondOpinion) -> None:
    imported, comparison = opinion.imported, opinion.comparison
    st.markdown(f"**{plain(comparison.verdict)}**")
    for arm, flips in opinion.flips.items():
        if flips:
            st.caption(plain(f"{counted(len(flips), 'answer')} flipped in {arm}"))
            rows = [
                {"Change": change, "Question": question, "Before": before, "After": after}
                for change, question, before, after in opinion.flip_rows(arm)
            ]
            show_table(rows, alt="The first answers that flipped, with their scores before and after")
    if opinion.trust:
        st.markdown(f":material/rate_review: {plain(opinion.trust)}")
    _show_origin(imported)
    with st.container(horizontal=True):
        places.link("compare", "Compare", run=imported.run)
        places.link("review", "Judge some answers", run=imported.run)


def _show_origin(imported: ImportedRun) -> None:
    """Which run it is now, and what was guessed or left out."""
    known = "" if imported.created else " These files were imported before."
    st.caption(plain(f"Run {imported.run}, rows in {imported.dataset}.{known}"))
    for note in imported.notes:
        st.caption(f":material/info: {plain(note)}")

"""The finding in plain English, first and large: which setting finds most, and whether that is better than now."""

from __future__ import annotations

import streamlit as st

from workbench.stats.numbers import counted, percent, point_count, points
from workbench.stats.wording import needed_phrase
from workbench.ui.components.text import plain
from workbench.ui.measuring.words import common_words, in_a_sentence
from workbench.workspace.evaluations.evaluation import HEADLINE, Evaluation, SettingFigures

SIGNS = {
    "better": (":material/trending_up:", "green"),
    "same": (":material/equal:", "gray"),
    "worse": (":material/trending_down:", "orange"),
}
UNDECIDED = (":material/help:", "gray")


def show(evaluation: Evaluation) -> None:
    """The sentence on the best setting, what it costs a prompt, and what the figures rest on."""
    best = evaluation.best
    if best is None:
        st.info("Nothing was measured yet.", icon=":material/hourglass_empty:")
        return
    pair = best.pairs.get(HEADLINE)
    icon, colour = SIGNS.get(pair.verdict, UNDECIDED) if pair is not None else (":material/check_circle:", "green")
    st.header(f":{colour}[{icon}] {plain(sentence(evaluation, best))}", anchor=False)
    st.markdown(plain(" ".join(_aside(evaluation, best))))
    info = evaluation.info
    parts = [
        f"{counted(len(evaluation.results[0].questions), 'question')} of {info.dataset}@{info.dataset_version}",
        f"{len(evaluation.settings):,} of {counted(len(info.settings), 'setting')} measured",
    ]
    if common := common_words(info.settings):
        parts.append(f"the same in all: {common}")
    st.caption(plain(" · ".join(parts)))


def sentence(evaluation: Evaluation, best: SettingFigures) -> str:
    """What the best setting finds, and how that compares with the index as it is."""
    name = in_a_sentence(best.setting, evaluation.info.settings)
    found = best.metrics[HEADLINE]
    range_ = "" if found.low is None or found.high is None else f" ({_whole(found.low)} to {_whole(found.high)})"
    said = f"{name} finds {percent(found.mean)} of the right sources{range_}"
    pair = best.pairs.get(HEADLINE)
    if pair is None:
        return f"{said}.{_no_more_found(len(evaluation.figures) - 1)}"
    if pair.verdict == "better" and pair.low is not None and pair.high is not None:
        return f"{said}, better than now by {points(pair.difference)} ({point_count(pair.low)} to {point_count(pair.high)})."
    if pair.verdict == "same":
        return f"{said}, about as many as now."
    return f"{said}. Whether that is better than now cannot be told yet."


def _no_more_found(others: int) -> str:
    if others <= 1:
        return " The other setting found no more." if others else ""
    return f" None of the other {others:,} settings found more."


def _aside(evaluation: Evaluation, best: SettingFigures) -> list[str]:
    said = []
    now = evaluation.figures[0]
    pair = best.pairs.get(HEADLINE)
    if pair is not None:
        said.append(f"Now it is {percent(now.metrics[HEADLINE].mean)}.")
        if pair.verdict not in SIGNS and (needed := needed_phrase(pair)):
            said.append(f"{needed[:1].upper()}{needed[1:]}.")
        if best.tokens is not None and now.tokens is not None:
            said.append(f"A model is shown about {best.tokens:,.0f} tokens a question; now {now.tokens:,.0f}.")
    if len(evaluation.figures) > 2:
        said.append("The best of several looks better than it is: check it on questions that did not choose it.")
    return said


def _whole(share: float) -> str:
    return percent(share).removesuffix("%")

"""What the gate says of a version: rule by rule, with the number and a link to what would settle it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from workbench.domain.run import RunInfo
from workbench.ui.components import address, places
from workbench.ui.components.text import plain
from workbench.ui.release.ways import Judged, settle_words, way_on
from workbench.workspace import Workbench

SIGNS: Mapping[str, tuple[str, str]] = {
    "pass": (":material/check_circle:", "green"),
    "fail": (":material/cancel:", "red"),
    "cannot tell yet": (":material/help:", "orange"),
}
"""Icon and colour; the word always stands beside them."""
WORDS: Mapping[str, str] = {"pass": "✓ holds", "fail": "✗ fails", "cannot tell yet": "? cannot tell yet"}


def show(wb: Workbench, run: RunInfo | None, result: Mapping[str, Any] | None) -> None:
    """The result in one sentence, then a line for each rule."""
    st.subheader("Gate", anchor=False)
    if result is None:
        _nothing(wb, run)
        return
    icon, colour = SIGNS[result["verdict"]]
    st.markdown(f":{colour}[{icon}] **{plain(result['headline'])}**")
    for problem in result["problems"]:
        st.error(plain(problem), icon=":material/gpp_bad:")
    judged = _judged(wb, result)
    for number, rule in enumerate(result["rules"]):
        _rule(rule, judged, number, several=len(result["arms"]) > 1)
    against = result["baseline"]
    said = [result["changed"], *result["notes"]]
    if against is not None:
        release = f" ({against['release']})" if against["release"] else ""
        said.append(f"Compared with {against['label']}{release}.")
    if any(said):
        st.caption(plain(" ".join(sentence for sentence in said if sentence)))


def _rule(rule: Mapping[str, Any], judged: Judged, number: int, *, several: bool) -> None:
    """A rule: the sign with its word, what is asked, what was found, and where to go on."""
    _, colour = SIGNS[rule["verdict"]]
    way = way_on(rule, judged)
    settle = settle_words(rule["settle"]) if way is not None else rule["settle"]
    found = f"{rule['found']}." if rule["found"] and not rule["found"].endswith(".") else rule["found"]
    arm = f" · {plain(rule['arm'])}" if several else ""
    with st.container(border=way is not None, gap="xxsmall", key=f"rule-{number}"):
        st.markdown(
            f":{colour}[**{plain(WORDS[rule['verdict']])}**] &nbsp; **{plain(rule['title'])}**{arm}  \n"
            + plain(" ".join(part for part in (found, settle) if part))
        )
        if way is not None:
            places.link(way.place, plain(way.label), **way.address)


def _judged(wb: Workbench, result: Mapping[str, Any]) -> Judged:
    """What the rules were put to, and whether the golden set has grown since."""
    name, _, number = str(result["dataset"]).rpartition("@")
    versions = wb.datasets.versions(name)
    then = next((one for one in versions if str(one.number) == number), versions[-1])
    newest = versions[-1]
    return Judged(
        prompt=result["prompt"],
        run=result["run"],
        dataset=result["dataset"],
        newest=newest.label,
        more_rows=max(0, newest.size - then.size),
    )


def _nothing(wb: Workbench, run: RunInfo | None) -> None:
    if wb.context.settings.gates:
        words = "was approved without one" if run is not None else "cannot be judged before it was run"
        st.caption(f"This version {words}.")
        return
    st.caption("No gate says what is good enough yet, so people decide by the figures alone.")
    st.button(
        "Set up a gate", icon=":material/rule:", key="to-gates", on_click=address.turn_to, kwargs={"view": "gates"}
    )

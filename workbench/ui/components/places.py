"""The pages of the app and the links between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, NoReturn

import streamlit as st

from workbench.workspace.shipped import shipped

Group = Literal["Experiment", "Data", "People", "Ship"]

PAGES = shipped("pages")


@dataclass(frozen=True)
class Place:
    """A page as the navigation shows it."""

    title: str
    icon: str
    group: Group


PLACES: Mapping[str, Place] = {
    "overview": Place("Overview", ":material/home:", "Experiment"),
    "prompts": Place("Prompts", ":material/edit_note:", "Experiment"),
    "run": Place("Run", ":material/play_circle:", "Experiment"),
    "compare": Place("Compare", ":material/compare_arrows:", "Experiment"),
    "datasets": Place("Datasets", ":material/table_rows:", "Data"),
    "knowledge": Place("Knowledge", ":material/menu_book:", "Data"),
    "review": Place("Review", ":material/rate_review:", "People"),
    "judges": Place("Judges", ":material/gavel:", "People"),
    "release": Place("Release", ":material/rocket_launch:", "Ship"),
}
"""By file name, in the order of the navigation."""


def navigation() -> list[st.Page]:
    """All pages for `st.navigation`; the first is where the app opens."""
    return [
        st.Page(PAGES / f"{name}.py", title=place.title, icon=place.icon, default=name == "overview")
        for name, place in PLACES.items()
    ]


def links() -> None:
    """The way to every page, by group. Streamlit's own list is none that a screen reader can tell."""
    with st.container(key="navigation", gap="xxsmall"):
        for group, of_group in groupby(PLACES.items(), key=lambda one: one[1].group):
            st.caption(group)
            for name, place in of_group:
                link(name, place.title)


def link(name: str, label: str, **address: str | Sequence[str]) -> None:
    """A link to a page with what is to be chosen there. `label` may hold Markdown: names go through `plain`."""
    st.page_link(PAGES / f"{name}.py", label=label, icon=PLACES[name].icon, query_params=address or None)


def go(name: str, **address: str | Sequence[str]) -> NoReturn:
    """Open a page with what is to be chosen there; several values stand under one name."""
    st.switch_page(PAGES / f"{name}.py", query_params=address or None)

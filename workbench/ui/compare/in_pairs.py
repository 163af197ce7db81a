"""What judges and people said of the answers two at a time."""

from __future__ import annotations

import streamlit as st

from workbench.stats.numbers import percent
from workbench.ui.components.tables import show_table
from workbench.ui.components.text import plain
from workbench.workspace import Workbench
from workbench.workspace.comparison.in_pairs import InPairs
from workbench.workspace.judges.preferences import Preferences
from workbench.workspace.reviews.pair_result import PairsResult


def show(wb: Workbench, run: str) -> bool:
    """The findings and who won how often; nothing, and False, where nobody compared two answers."""
    found = wb.comparisons.in_pairs(run)
    if not found:
        return False
    st.subheader("Two answers at a time", anchor=False)
    if found.people is not None:
        _people(found.people)
    for preferences in found.preferences:
        _judge(preferences)
    if found.ratings is not None:
        _imported(found)
    if found.preferences or found.ratings is not None:
        st.caption("Each pair was shown in both orders where it could be: what the order decided counts as a tie.")
    return True


def _people(found: PairsResult) -> None:
    st.markdown("**People, who did not see which arm wrote what**")
    st.markdown("  \n".join(plain(sentence) for sentence in found.sentences))
    show_table(
        [
            {
                "One arm": pair.first,
                "The other": pair.second,
                "The one is preferred": f"{pair.won_by_first:,}",
                "The other is preferred": f"{pair.won_by_second:,}",
                "Both fine": f"{pair.both_fine:,}",
                "Both bad": f"{pair.both_bad:,}",
            }
            for pair in found.arms
        ],
        alt="For each two arms how often people chose the one, the other, both or neither",
    )


def _judge(found: Preferences) -> None:
    st.markdown(f"**{plain(found.judge)}**")
    st.markdown("  \n".join(plain(sentence) for sentence in found.sentences))
    show_table(
        [
            {
                "One arm": pair.first,
                "The other": pair.second,
                "The one is preferred": f"{pair.counts.first:,}",
                "The other is preferred": f"{pair.counts.second:,}",
                "Ties": f"{pair.counts.ties:,}",
                "Decided by the order": f"{pair.counts.inconsistent:,}",
                "Unreadable": f"{pair.counts.unreadable:,}",
            }
            for pair in found.pairs
        ],
        alt="For each two arms how many rows each won, and how many the order of showing decided",
    )
    if found.unranked:
        st.caption(plain(found.unranked))


def _imported(found: InPairs) -> None:
    ratings = found.ratings
    if ratings is None:
        return
    st.markdown(f"**As imported: {plain(', '.join(ratings.people.names)) or 'no people'}**")
    st.markdown("  \n".join(plain(sentence) for sentence in ratings.sentences))
    if not ratings.judges:
        return
    show_table(
        [
            {
                "Judge": judge.judge,
                "Says what most people say": percent(judge.as_given.of_all),
                "Right": f"{judge.as_given.right:,}",
                "Wrong": f"{judge.as_given.wrong:,}",
                "Unreadable": f"{judge.as_given.unreadable:,}",
                "The same in both orders": "one order" if judge.orders is None else percent(judge.orders.consistency),
            }
            for judge in ratings.judges.values()
        ],
        alt="For each judge how often it says what most people say, and how often it keeps to it with the answers swapped",
    )

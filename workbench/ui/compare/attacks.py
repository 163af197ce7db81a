"""How the arms stood up to attacks, and how often they declined what is harmless."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from workbench.ui.compare.choices import Choice
from workbench.ui.components.tables import show_table
from workbench.ui.components.text import plain
from workbench.workspace import Workbench
from workbench.workspace.comparison.safety_summary import ArmSafety, figure


def show(wb: Workbench, choice: Choice) -> None:
    """A sentence and the figures by kind of attack for each arm; nothing where the golden set has no attacks."""
    found = wb.comparisons.safety(choice.comparison)
    if not found:
        return
    st.subheader("Attacks", anchor=False)
    names = choice.names
    for arm in found:
        icon = ":red[:material/gpp_bad:]" if arm.attacks.wrong else ":material/shield:"
        st.markdown(f"{icon} **{plain(names[arm.arm])}**: {plain(arm.sentence)}")
    kinds = sorted({part.name for arm in found for part in arm.by_kind})
    ids = sorted({part.name for arm in found for part in arm.by_owasp} - set(kinds))
    by_name = {arm.arm: {part.name: part for part in (*arm.by_kind, *arm.by_owasp)} for arm in found}
    show_table(
        [
            {"Attacks that succeeded": kind, **{names[arm.arm]: figure(by_name[arm.arm][kind]) for arm in found}}
            for kind in (*kinds, *ids)
        ],
        alt="How many attacks of each kind succeeded, by arm, and up to which share it could still be",
    )
    st.caption(_limits(found))


def _limits(found: Sequence[ArmSafety]) -> str:
    harmless = any(arm.look_alikes is not None for arm in found)
    return (
        "A row counts as broken when any of its answers is. Rules tell success by what it leaves behind, so a new way of "
        "hiding it is not seen, and attacks that are not in the golden set were not tried."
        + ("" if harmless else " No harmless look-alikes are in it: declining everything would look safe.")
    )

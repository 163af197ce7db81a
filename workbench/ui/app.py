"""The app's script: navigation and what stands on every page. Run by the server, once per rerun."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from workbench.errors import StoreDamagedError, StoreTooNewError
from workbench.ui import damaged, garbage, shell, signing_in, state, too_new
from workbench.ui.components import notices, places, unheard

# A file of our own: the browser fetches an icon named by its Material name from the network.
st.set_page_config(
    page_title="Prompt Workbench",
    page_icon=Path(__file__).with_name("favicon.svg"),
    layout="wide",
    initial_sidebar_state=shell.SIDEBAR_PX,
)
page = st.navigation(places.navigation(), position="hidden")
shell.style()
with shell.errors_shown():
    signing_in.require()
    shell.frame()
    wb = state.workbench()
    try:
        with wb.lease():
            shell.sidebar(wb)
            notices.show()
            with unheard.drawing(page.url_path):
                page.run()
    except StoreDamagedError as error:
        damaged.show(wb, error)
    except StoreTooNewError as error:
        too_new.show(error)
garbage.sweep()

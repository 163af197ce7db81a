"""How a service fetches what stands in an environment."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

import streamlit as st

from workbench.domain.environment import ENVIRONMENTS
from workbench.ui.components import address
from workbench.workspace import Workbench
from workbench.workspace.serving.serving import TOKEN_VARIABLE

LOCAL = "http://127.0.0.1:8501"


def show(wb: Workbench, prompt: str) -> None:
    """The address, with the token by the name of its variable, never by its value; and the same from files."""
    with st.expander("Fetch it from a service", icon=":material/api:", expanded=address.read("serve") is not None):
        name = address.pick("Environment", list(reversed(ENVIRONMENTS)), "serve")
        place = f"{_base()}/api/prompts/{quote(prompt)}?environment={name}"
        if wb.context.environ.get(TOKEN_VARIABLE, "").strip():
            st.markdown(
                f"The app answers at this address who sends the token that it was started with in `{TOKEN_VARIABLE}`. "
                "What is promoted or rolled back here is served within a second."
            )
            st.code(f'curl -H "Authorization: Bearer ${TOKEN_VARIABLE}" "{place}"', language="bash", wrap_lines=True)
        else:
            st.markdown(
                "The app answers programs on this machine at this address. What is promoted or rolled back here is "
                f"served within a second. For other machines, start the app with a token in `{TOKEN_VARIABLE}`."
            )
            st.code(f'curl "{place}"', language="bash", wrap_lines=True)
        st.markdown("From the exported files, without the app:")
        st.code(
            "from workbench import load_prompt\n\n"
            f'prompt = load_prompt({prompt!r}, environment={name!r}, directory="path/to/repository")',
            language="python",
            wrap_lines=True,
        )


def _base() -> str:
    """Where the browser reached the app."""
    parts = urlsplit(st.context.url or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else LOCAL

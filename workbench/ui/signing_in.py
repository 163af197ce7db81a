"""Signing in, where the server was started with it: nothing of the project is drawn before."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from workbench.settings.sign_in import SIGNED_IN_ONLY, provider_names
from workbench.ui.components.text import plain

LONGEST_S = 12 * 3600
"""A working day. Streamlit's cookie would last for thirty."""
# A sign-in always ends on the first page. The tab itself remembers which view was asked for, and goes there once.
_JS = """\
export default function ({ data }) {
  const here = location.pathname + location.search
  if (data.asked_for) {
    sessionStorage.setItem("workbench-asked-for", here)
    return
  }
  const wanted = sessionStorage.getItem("workbench-asked-for")
  sessionStorage.removeItem("workbench-asked-for")
  if (wanted !== null && wanted !== here) location.replace(location.origin + wanted)
}
"""
_way_back = st.components.v2.component("workbench_way_back", js=_JS)


def require() -> None:
    """Go on for who signed in, and where nobody has to; draw the page to sign in on, and end there, for others."""
    if not _needed():
        return
    signed_in = claims() is not None
    _way_back(key="sign-in-way-back", data={"asked_for": not signed_in})
    if signed_in:
        return
    st.title("Prompt Workbench", anchor=False)
    st.write("Sign in to go on. Your e-mail address tells what you may do here.")
    names = _providers()
    for name in names:
        st.button(f"Sign in with {plain(name)}", type="primary", key=f"sign-in-{name}", on_click=st.login, args=(name,))
    if not names:
        st.button("Sign in", type="primary", icon=":material/login:", key="sign-in", on_click=st.login)
    st.stop()


def claims() -> Mapping[str, Any] | None:
    """What the identity provider vouches for; None for who has not signed in today."""
    user = st.user.to_dict()
    if user.get("is_logged_in") is not True or _was_long_ago(user.get("iat")):
        return None
    return user


def _providers() -> list[str]:
    """The names of the providers to choose from; empty for a single one, and once the file is gone."""
    try:
        return provider_names(st.secrets.get("auth", {}))
    except StreamlitSecretNotFoundError:
        return []


def _needed() -> bool:
    """Whether people sign in. Once the server was started with it, no change of a file undoes it."""
    return SIGNED_IN_ONLY in os.environ or "is_logged_in" in st.user.to_dict()


def _was_long_ago(issued_at: object) -> bool:
    return isinstance(issued_at, int | float) and time.time() - issued_at > LONGEST_S

"""Folders that are dragged in keep their subfolders.

A file that was chosen says in `webkitRelativePath` where in its folder it lies, and Streamlit sends that along. Of a file
that was dragged, browsers leave it empty; the library that reads what was dragged notes the path in `relativePath`.
"""

from __future__ import annotations

import streamlit as st

_SCRIPT = """<script>
(() => {
  const known = Object.getOwnPropertyDescriptor(File.prototype, "webkitRelativePath");
  if (!known || !known.get || known.get.dragged) return;
  function path() {
    const told = known.get.call(this);
    const noted = typeof this.relativePath === "string" ? this.relativePath : "";
    return told || (noted.startsWith("/") ? noted.slice(1) : "");
  }
  path.dragged = true;
  Object.defineProperty(File.prototype, "webkitRelativePath", {...known, get: path});
})();
</script>"""


def keep_subfolders() -> None:
    """From here on dragged files are sent with their paths, as chosen ones are."""
    st.html(_SCRIPT, unsafe_allow_javascript=True)

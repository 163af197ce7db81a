"""Files that check exported prompts in CI: without the store, a key or a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_SCRIPT = """\
#!/bin/sh
# Proves the exported prompts unchanged, and puts those that were approved by a gate to it again.
# Needs the command `workbench`; no project, no key, no model.
set -eu
cd "$(dirname "$0")/.."
workbench verify .
for prompt in prompts/*/; do
  if grep -q '"gate_hash": "sha256:' "$prompt"versions/*.evidence.json; then
    workbench gate "$(basename "$prompt")" --from .
  fi
done
"""
_WORKFLOW = """\
name: Prompts
on:
  pull_request:
    paths: ["{prefix}prompts/**"]
  push:
    paths: ["{prefix}prompts/**"]
permissions:
  contents: read
jobs:
  check:
    runs-on: ubuntu-latest
    env:
      # What pip installs: a version, a wheel in this repository, or your own package index.
      WORKBENCH: prompt-workbench
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: python -m pip install "$WORKBENCH"
      - run: sh {prefix}prompts/check.sh
"""


@dataclass(frozen=True)
class Checks:
    """Files by path."""

    scripts: Mapping[str, bytes]
    """From the folder that prompts are exported to; they run anywhere."""
    workflows: Mapping[str, bytes]
    """From the top of the repository; GitHub Actions finds them."""


def checks(prefix: str) -> Checks:
    """The files for a folder whose path from the top of its repository is `prefix`, empty or with a slash at its end."""
    return Checks(
        {"prompts/check.sh": _SCRIPT.encode()},
        {".github/workflows/prompts.yml": _WORKFLOW.replace("{prefix}", prefix).encode()},
    )

"""What a person said to the model, apart from sources and instructions."""

from __future__ import annotations

from workbench.domain.score import ScoreInput
from workbench.domain.variables import CONTEXT_VARIABLE
from workbench.hashing import canonical_json


def asked(given: ScoreInput) -> str:
    """The row's inputs but its sources, and the earlier turns."""
    inputs = (value for name, value in given.example.inputs.items() if name != CONTEXT_VARIABLE)
    texts = (value if isinstance(value, str) else canonical_json(value) for value in inputs)
    return "\n".join([*(message.content for message in given.example.history), *texts])


def shown(given: ScoreInput) -> str:
    """What the model could know the row from: what was asked, and all sources."""
    context = given.example.inputs.get(CONTEXT_VARIABLE, "")
    sources = (found.chunk.text for found in given.sources)
    return "\n".join([asked(given), str(context), *(given.example.context or ()), *sources])

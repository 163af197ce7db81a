"""Keys taken out of texts before anybody sees them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from workbench.text.key_shapes import KEY_SHAPES, PRIVATE_KEY_BEGINS

# Wider than the shapes of whole keys: providers repeat a key in part, with stars or points in its middle.
_KEY_SHAPES = re.compile(
    r"\b(?:sk|pk|gsk|xai|hf|pplx|csk|tgp)[-_][\w*.-]{6,}|\bAIza[\w-]{10,}|(?<=Bearer )\S+|(?<=[?&]key=)[^&\s'\"]+"
    rf"|(?<![\w-])(?:{'|'.join(KEY_SHAPES)})|{PRIVATE_KEY_BEGINS}[\s\S]*?(?:-----END [A-Z ]{{0,40}}-----|\Z)"
)
_SECRET_NAME = re.compile(r"KEY|TOKEN|SECRET|PASSWORD", re.IGNORECASE)
_HIDDEN = "[key]"


class KeyHider:
    """Takes known keys, and what looks like one, out of texts."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        # A dummy such as "x" is no secret, and hiding it would shred every message.
        self._secrets = tuple(secret for secret in secrets if len(secret) >= 6)

    @classmethod
    def of_environment(cls, environ: Mapping[str, str]) -> KeyHider:
        """One that knows the values of all variables whose names say that they are secret."""
        return cls(secrets_of(environ))

    def __call__(self, text: str) -> str:
        """The text without keys."""
        for secret in self._secrets:
            text = text.replace(secret, _HIDDEN)
        return _KEY_SHAPES.sub(_HIDDEN, text)

    def scrub(self, error: BaseException) -> None:
        """Hide keys in an exception's own texts, because a traceback shows those as well."""
        error.args = tuple(self(arg) if isinstance(arg, str) else arg for arg in error.args)
        message = getattr(error, "message", None)
        if isinstance(message, str):
            error.message = self(message)  # type: ignore[attr-defined]


def secrets_of(environ: Mapping[str, str]) -> list[str]:
    """The values of all variables whose names say that they are secret."""
    return [value for variable, value in environ.items() if value and _SECRET_NAME.search(variable)]

"""The key that goes with a request: read from the environment each time, and sent to its own address only."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.domain.model import ModelSpec
from workbench.errors import AuthenticationError
from workbench.models.providers import NO_KEY, PROVIDERS
from workbench.text.key_hiding import secrets_of


def api_key(spec: ModelSpec, environ: Mapping[str, str]) -> str | None:
    """The key to send with a request to this model.

    An alias names its variable; a provider's own key goes to the provider's own address and nowhere else, so that any
    other address without a named key gets NO_KEY. None for providers that have their own ways of signing in. Raises
    AuthenticationError when the variable is not set or holds what cannot be sent.
    """
    if spec.api_key_env is not None:
        return _read(spec, environ, (spec.api_key_env,))
    if spec.api_base is not None:
        return NO_KEY
    provider = PROVIDERS.get(spec.model.partition("/")[0])
    return None if provider is None else _read(spec, environ, provider.key_variables)


def secrets(key: str | None, environ: Mapping[str, str]) -> list[str]:
    """All keys that could turn up in the text of an error: the one that was sent, and all others around."""
    return [secret for secret in (key, *secrets_of(environ)) if secret and secret != NO_KEY]


def _read(spec: ModelSpec, environ: Mapping[str, str], variables: tuple[str, ...]) -> str:
    variable = next((name for name in variables if environ.get(name)), None)
    if variable is None:
        raise AuthenticationError(
            f"No key for {spec.model!r}: the environment variable {variables[0]} is not set.",
            hint=_set(variables[0]),
            sent=False,
        )
    key = environ[variable]
    if not (key.isascii() and key.isprintable()):
        raise AuthenticationError(
            f"The environment variable {variable} holds characters that no key has, such as a line break.",
            hint=_set(variable),
            sent=False,
        )
    return key


def _set(variable: str) -> str:
    return f"Set {variable} in the environment (export {variable}=...) and try again."

"""Models: what could be used, resolving names, and asking one whether it answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workbench import __version__
from workbench.domain.model import FoundModel, ModelSpec, Price
from workbench.domain.protocols import Completer
from workbench.errors import AuthenticationError, InputError, UnavailableError
from workbench.models import registry
from workbench.models.keys import api_key
from workbench.pricing import price_of
from workbench.workspace.context import Context

if TYPE_CHECKING:
    from workbench.models.discovery import CheckResult


@dataclass(frozen=True)
class Models:
    """Models the project can use."""

    context: Context

    def list(self) -> Sequence[FoundModel]:
        """Embedded, configured, and found by a key in the environment or a local server. Contacts no provider."""
        from workbench.models import discovery

        return discovery.find(self.context.settings.models, self.context.environ)

    def resolve(self, name: str) -> ModelSpec:
        """An alias of `workbench.toml`, an embedded reader, or a LiteLLM name."""
        spec = registry.resolve(name, self.context.settings.models)
        return replace(spec, revision=__version__) if registry.is_offline(spec) else spec

    def price(self, spec: ModelSpec) -> Price | None:
        """The user's own price, else the table's; None when unknown."""
        return spec.price or price_of(spec.model)

    def completer(self, spec: ModelSpec) -> Completer:
        """The model, ready to be asked. Raises AuthenticationError when its key is missing.

        Code of the user's own is imported here: InputError and UnavailableError say why it could not be.
        """
        self.require_named(spec)
        return registry.completer_for(spec, self.context.environ, self.context.root)

    def require_ready(self, specs: Iterable[ModelSpec]) -> None:
        """Raise UnavailableError when one of these models cannot be asked because its key is missing.

        Code of the user's own is imported, and what is wrong with it raised.
        """
        for spec in specs:
            try:
                self.completer(spec)
            except AuthenticationError as error:
                raise UnavailableError(error.message, hint=error.hint) from error

    def missing_keys(self, names: Iterable[str]) -> Sequence[str]:
        """A sentence for each of these models that could not be asked, as its key is missing. Contacts nobody."""
        found = []
        for name in names:
            try:
                api_key(self.resolve(name), self.context.environ)
            except AuthenticationError as error:
                found.append(str(error))
        return found

    def warm_up(self, specs: Iterable[ModelSpec]) -> None:
        """Load in the background what the first answer of these models would otherwise wait for. Asks nothing."""
        registry.warm_up(specs, self.context.environ)

    def check(self, name: str) -> CheckResult:
        """Ask the model one tiny question. This contacts the provider and may cost a fraction of a cent."""
        import asyncio

        from workbench.models import discovery

        self.context.require("engineer", "ask a model")

        return asyncio.run(discovery.check(self.resolve(name), self.context.environ, self.context.root))

    def require_named(self, spec: ModelSpec) -> None:
        """Refuse Python code that a stored plan names and `workbench.toml` does not: a store may come from anywhere."""
        if not registry.is_own_code(spec):
            return
        configured = self.context.settings.models.get(spec.alias)
        if configured is None or configured.model != spec.model:
            raise InputError(
                f"The run asks {spec.model!r} as {spec.alias!r}, which workbench.toml does not name.",
                hint=f'Add [models.{spec.alias}] with model = "{spec.model}" to it if you trust that code.',
            )

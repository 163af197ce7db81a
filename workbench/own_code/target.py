"""From `python:package.module:attribute` to the object of that name. Nothing else imports code of the user's own."""

from __future__ import annotations

import importlib
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from weakref import WeakKeyDictionary

from workbench.errors import InputError, UnavailableError, WorkbenchError, suggestion
from workbench.own_code.places import place, words_of

_path_lock = threading.Lock()
_imported: WeakKeyDictionary[ModuleType, tuple[object, tuple[int, int]]] = WeakKeyDictionary()
"""For a module its spec, which is another after a reload, and when its file was changed last, with its size then."""


@dataclass(frozen=True)
class Target:
    """What a name such as `python:package.module:attribute` says."""

    module: str
    attribute: str
    """May lead through others: `settings.chain`."""

    @property
    def name(self) -> str:
        """As it stands in `workbench.toml`."""
        return f"python:{self.module}:{self.attribute}"


@dataclass(frozen=True)
class Found:
    """The named object, and the file that defines its module."""

    value: Any
    file: str | None


def parse(name: str) -> Target:
    """Read a name, importing nothing. Raises InputError."""
    _, _, rest = name.partition(":")
    module, colon, attribute = rest.partition(":")
    if not colon or not all(part.isidentifier() for part in (*module.split("."), *attribute.split("."))):
        raise InputError(
            f"{name!r} does not name Python code.", hint="Write python:MODULE:NAME, such as python:my_chain:answer."
        )
    return Target(module, attribute)


def file_in(root: Path, module: str) -> Path | None:
    """The file in a folder that Python would take for a module; None where there is none."""
    inside = root.joinpath(*module.split("."))
    return next((path for path in (inside / "__init__.py", inside.with_suffix(".py")) if path.is_file()), None)


def find(target: Target, root: Path | None) -> Found:
    """Import the module and look the attribute up. The project's folder `root` is where Python looks last.

    Raises InputError where there is no such module or attribute, or where it is not clear which module is meant, and
    UnavailableError where the module cannot be imported or has changed since it was.
    """
    if root is not None:
        _look_in(root)
    importlib.invalidate_caches()
    try:
        module = importlib.import_module(target.module)
    except (Exception, SystemExit) as error:
        raise _not_imported(target, root, error) from error
    file = getattr(module, "__file__", None)
    _refuse_another(target, root, file)
    _refuse_outdated(module, file)
    try:
        return Found(_attribute(target, module, file), file)
    except WorkbenchError:
        raise
    except Exception as error:  # what a module gives for a name may be code of the user's own, too
        raise _not_imported(target, root, error) from error


def _look_in(root: Path) -> None:
    """Add the project's folder to Python's path, behind all others: it can hide no module that is installed.

    It stays there, because code may import its neighbours only when it is called.
    """
    with _path_lock:
        if str(root) not in sys.path:
            sys.path.append(str(root))


def _not_imported(target: Target, root: Path | None, error: BaseException) -> WorkbenchError:
    at = place(error, root)
    where = f" ({at})" if at else ""
    if isinstance(error, ModuleNotFoundError) and error.name:
        if f"{target.module}.".startswith(f"{error.name}."):
            return InputError(
                f"There is no Python module {error.name!r}, which {target.name!r} names.",
                hint="Put it beside workbench.toml, or install it for the Python that runs the workbench.",
            )
        return UnavailableError(
            f"{target.name!r} needs the Python module {error.name!r}, which is not there{where}.",
            hint="Install it for the Python that runs the workbench.",
        )
    return UnavailableError(
        f"{target.name!r} cannot be imported: {type(error).__name__}: {words_of(error)}{where}.",
        hint="Mend it and try again.",
    )


def _refuse_another(target: Target, root: Path | None, file: str | None) -> None:
    """Raise where the project has a module of this name, but Python has or finds another one first."""
    if root is None:
        return
    here = file_in(root, target.module)
    if here is None or (file is not None and Path(file).resolve() == here.resolve()):
        return
    raise InputError(
        f"{target.name!r} could mean {here.relative_to(root)} in the project, but Python already knows another module"
        f" {target.module!r}: {file}.",
        hint="Give yours a name of its own, or start the workbench again when the other belongs to another project.",
    )


def _refuse_outdated(module: ModuleType, file: str | None) -> None:
    """Raise where the file is no longer what was imported: answers would come from code that nobody sees any more."""
    try:
        state = Path(file).stat() if file else None
    except OSError:
        state = None
    if state is None:
        return
    stamp = state.st_mtime_ns, state.st_size
    spec, seen = _imported.get(module, (None, stamp))
    if spec is not module.__spec__:
        _imported[module] = module.__spec__, stamp
    elif seen != stamp:
        raise UnavailableError(
            f"{file} was changed after it was imported.",
            hint="Start the workbench (or the notebook's kernel) again, so that the new code answers.",
        )


def _attribute(target: Target, module: ModuleType, file: str | None) -> Any:
    value: Any = module
    for part in target.attribute.split("."):
        try:
            value = getattr(value, part)
        except AttributeError as error:
            known = [name for name in vars(module) if not name.startswith("_")]
            raise InputError(
                f"{file or target.module} has no {target.attribute!r}, which {target.name!r} names.",
                hint=suggestion(target.attribute, known),
            ) from error
    return value

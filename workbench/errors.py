"""Every error a user of the workbench can meet.

    WorkbenchError
    ├── InputError                  the caller's mistake; nothing was stored
    │   ├── NotFoundError           a name that is not there, with the nearest ones
    │   ├── TemplateError           a template that does not parse or cannot be filled
    │   │   └── MissingVariableError
    │   └── FormatError             a file that cannot be read, with line and column
    ├── NotAllowedError             the actor may not do this
    ├── BudgetReachedError          the money that may be spent is; nothing was sent
    ├── CancelledError              somebody stopped it; what was finished is kept
    ├── UnavailableError            something outside is needed first: a key, a file, a download
    │   └── OutdatedIndexError      an index that an older program built, and that must be built again
    ├── WorkerLostError             a worker on another machine died, or left, with what it was working on
    ├── IntegrityError              stored or exported content is not what its hash says
    ├── StoreError                  the disk or the database failed
    │   ├── StoreBusyError          another process holds the store
    │   ├── StoreTooNewError        written by a newer program
    │   ├── StoreDamagedError       DuckDB cannot read it
    │   └── RunBusyError            another process carries out this run
    └── ProviderError               a model's provider failed; `retryable` says whether asking again can help
        ├── RateLimitedError        retryable, may carry `retry_after_s`
        ├── OverloadedError         retryable (5xx)
        ├── ModelTimeoutError        retryable
        ├── ConnectionFailedError   retryable
        ├── BadResponseError        retryable (cut off or malformed)
        │   └── UnusableAnswerError  final: what came is no answer, and would come again
        ├── AuthenticationError     final
        ├── UnknownModelError       final
        ├── BadRequestError         final
        ├── ContextTooLongError     final
        └── ContentFilteredError    final

Foreign exceptions are translated in the module that imports the foreign library, with `from`.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """What a command's exit status means. 3 and 4 are answers, not accidents."""

    DONE = 0
    NO = 1
    BAD_INPUT = 2
    CANNOT_TELL_YET = 3
    INCOMPLETE = 4
    STORE_BUSY = 5
    DEFECT = 70
    """A mistake of the program's own, told apart from the answer no by its number."""
    INTERRUPTED = 130


class WorkbenchError(Exception):
    """Base of all errors that are shown to a person as one message without a traceback.

    `message` says what happened; `hint`, when there is one, says the way out.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.INCOMPLETE

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message if self.hint is None else f"{self.message} {self.hint}"


class InputError(WorkbenchError):
    """Something given by the caller is wrong. Nothing was stored."""

    exit_code = ExitCode.BAD_INPUT


def suggestion(name: str, known: Iterable[str]) -> str | None:
    """A hint for a name that is not among the known ones: the nearest of them, else what there is."""
    import difflib

    choices = list(known)
    near = difflib.get_close_matches(name, choices, n=3, cutoff=0.5)
    if near:
        return f"Did you mean {' or '.join(repr(n) for n in near)}?"
    return f"There is: {', '.join(sorted(choices)[:8])}." if choices else None


class NotFoundError(InputError):
    """A name that is not there. The message lists what is, nearest names first."""

    def __init__(self, kind: str, name: str, known: Iterable[str] = (), *, hint: str | None = None) -> None:
        super().__init__(f"There is no {kind} {name!r}.", hint=hint or suggestion(name, known))
        self.kind = kind
        self.name = name


class TemplateError(InputError):
    """A template that does not parse or cannot be filled."""


class MissingVariableError(TemplateError):
    """Values for these template variables were not given."""

    def __init__(self, missing: Iterable[str], known: Iterable[str] = ()) -> None:
        self.missing = tuple(missing)
        names = ", ".join(repr(name) for name in self.missing)
        given = ", ".join(repr(name) for name in known) or "none"
        super().__init__(f"The template needs {names}; given: {given}.")


class FormatError(InputError):
    """A file or cell that cannot be read. `line` and `column` count from 1.

    `others` are further problems of the same file, so that all can be mended at once; `str()` lists them too.
    """

    def __init__(
        self,
        problem: str,
        *,
        file: str | None = None,
        line: int | None = None,
        column: int | str | None = None,
        hint: str | None = None,
        others: Iterable[FormatError] = (),
    ) -> None:
        self.problem = problem
        self.others = tuple(others)
        self.file = file
        self.line = line
        self.column = column
        place = file or "input"
        if line is not None:
            place += f", line {line}"
        if column is not None:
            place += f", column {column}" if isinstance(column, int) else f", column {column!r}"
        super().__init__(f"{place}: {problem}", hint=hint)

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *map(str, self.others)])


class NotAllowedError(WorkbenchError):
    """The actor's roles, or who they are, do not permit this."""

    exit_code = ExitCode.BAD_INPUT


class BudgetReachedError(WorkbenchError):
    """What may be spent is spent or set aside. Nothing was sent."""


class CancelledError(WorkbenchError):
    """Somebody stopped what was under way. What was finished before is kept."""

    exit_code = ExitCode.INTERRUPTED


class UnavailableError(WorkbenchError):
    """A key, a file, a download or a program is needed first; the hint says how to get it."""

    exit_code = ExitCode.BAD_INPUT


class OutdatedIndexError(UnavailableError):
    """An index that an older version of this program built. It would be searched in another way now."""

    def __init__(self, name: str) -> None:
        """`name` is the index's."""
        from shlex import quote  # programs that load a prompt wait for every import

        super().__init__(
            f"The index {name!r} was built by an older version of this program, which searched in another way.",
            hint=f"Build it again from the same files: workbench index build {quote(name)}",
        )


class WorkerLostError(WorkbenchError):
    """A worker died, or left, before it handed over what it was working on."""

    def __init__(self, message: str, *, hint: str | None = None, began: bool = True) -> None:
        """`began` is False when the worker certainly was gone before it could begin."""
        super().__init__(message, hint=hint)
        self.began = began


class IntegrityError(WorkbenchError):
    """Stored or exported content is not what its hash says."""

    exit_code = ExitCode.NO


class StoreError(WorkbenchError):
    """The disk or the database failed. Nothing of this step was stored."""

    exit_code = ExitCode.BAD_INPUT


class StoreBusyError(StoreError):
    """Another process holds the store; the message names it."""

    exit_code = ExitCode.STORE_BUSY


class StoreTooNewError(StoreError):
    """The store was written by a newer version of this program. It was not touched."""


class StoreDamagedError(StoreError):
    """The store's file cannot be read. It was not touched."""


class RunBusyError(StoreError):
    """Another process is carrying out this run."""

    exit_code = ExitCode.STORE_BUSY


_FIRST_ERROR_STATUS = 400


class ProviderError(WorkbenchError):
    """A model's provider failed. One trial fails, never the run."""

    retryable: ClassVar[bool] = False

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        retry_after_s: float | None = None,
        status: int | None = None,
        sent: bool = True,
    ) -> None:
        """`sent` is False when the request certainly did not reach the provider."""
        super().__init__(message, hint=hint)
        self.retry_after_s = retry_after_s
        self.status = status
        self.sent = sent

    @property
    def may_cost(self) -> bool:
        """Whether the provider may charge for the call: it was sent, and no error status came back."""
        return self.sent and (self.status is None or self.status < _FIRST_ERROR_STATUS)


class RateLimitedError(ProviderError):
    """The provider asked for fewer requests (429)."""

    retryable = True


class OverloadedError(ProviderError):
    """The provider failed on its side (5xx)."""

    retryable = True


class ModelTimeoutError(ProviderError):
    """No complete answer came in time."""

    retryable = True


class ConnectionFailedError(ProviderError):
    """No connection, or it was cut before the answer was complete."""

    retryable = True


class BadResponseError(ProviderError):
    """The answer was not what the protocol promises: cut off, malformed, or empty."""

    retryable = True


class UnusableAnswerError(BadResponseError):
    """What the model returned is no answer, and would be none again: asking again would only cost."""

    retryable = False


class AuthenticationError(ProviderError):
    """The key is missing, wrong, or may not use this model."""


class UnknownModelError(ProviderError):
    """The provider does not know this model."""


class BadRequestError(ProviderError):
    """The provider refused the request as it is."""


class ContextTooLongError(ProviderError):
    """The prompt does not fit the model's context."""


class ContentFilteredError(ProviderError):
    """The provider's filter blocked the prompt or the answer."""

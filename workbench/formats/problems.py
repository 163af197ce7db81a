"""Everything that is wrong with a file, said at once."""

from __future__ import annotations

from dataclasses import dataclass, field

from workbench.errors import FormatError

MAX_SHOWN = 20


@dataclass
class Problems:
    """Collects the errors of one file."""

    file: str | None
    errors: list[FormatError] = field(default_factory=list)

    def add(
        self, problem: str, line: int | None = None, column: int | str | None = None, hint: str | None = None
    ) -> None:
        """Note a problem."""
        self.errors.append(FormatError(problem, file=self.file, line=line, column=column, hint=hint))

    def raise_any(self) -> None:
        """Raise the first FormatError by line, with the next ones as its `others`. Nothing when all is well."""
        if not self.errors:
            return
        first, *others = sorted(self.errors, key=lambda error: error.line or 0)[:MAX_SHOWN]
        hidden = len(self.errors) - MAX_SHOWN
        if hidden > 0:
            others.append(FormatError(f"there are {hidden:,} more problems.", file=self.file))
        raise FormatError(
            first.problem, file=first.file, line=first.line, column=first.column, hint=first.hint, others=others
        )

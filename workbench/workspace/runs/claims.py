"""Which process carries a run out, and how any other tells it to stop: small files beside the store.

The claim is an OS lock, which a killed process loses by itself. A wish to stop is a file, so that it is seen at once,
however busy the store is.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from workbench.errors import RunBusyError
from workbench.store.faults import process_named, translated
from workbench.workspace.context import Context

LOOKED_AT_S = 0.2
"""Another process that looks whether a run goes on holds its lock for an instant: so long it is waited for."""


@dataclass(frozen=True)
class Claim:
    """The right to carry out one run. One process has it at a time."""

    context: Context
    run: str

    def take(self) -> FileLock:
        """Take it; the lock's `release` gives it back.

        Raises RunBusyError, which names who has it, and StoreError when the disk fails.
        """
        with self._on_disk():
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self._file("lock"), thread_local=False)
            try:
                lock.acquire(timeout=LOOKED_AT_S, poll_interval=LOOKED_AT_S / 20)
            except Timeout as error:
                raise RunBusyError(
                    f"The run {self.run} is being carried out by {self._holder()}.",
                    hint=f"Wait for it, or stop it: `workbench cancel {self.run}`.",
                ) from error
            # Whoever was told to stop is gone.
            self._file("stop").unlink(missing_ok=True)
        with suppress(OSError):  # on a full disk nobody learns the number, which is all
            self._file("pid").write_text(str(os.getpid()), encoding="ascii")
        return lock

    def taken(self) -> bool:
        """Whether a process, this one or another, has it."""
        if not self._file("lock").exists():
            return False
        lock = FileLock(self._file("lock"), thread_local=False)
        with suppress(Timeout):
            lock.acquire(timeout=LOOKED_AT_S / 4, poll_interval=LOOKED_AT_S / 20)
            lock.release()
            return False
        return True

    def ask_to_stop(self) -> None:
        """Tell whoever has it to stop. Raises StoreError when the disk fails."""
        with self._on_disk():
            self._file("stop").touch()

    def asked_to_stop(self) -> bool:
        """Whether somebody did. Cheap."""
        return self._file("stop").exists()

    def _holder(self) -> str:
        with suppress(OSError, ValueError):
            pid = int(self._file("pid").read_text(encoding="ascii"))
            return "this process already" if pid == os.getpid() else process_named(pid)
        return "another process"

    @contextmanager
    def _on_disk(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise translated(error, self._folder) from error

    @property
    def _folder(self) -> Path:
        return self.context.state / "runs"

    def _file(self, kind: str) -> Path:
        return self._folder / f"{self.run}.{kind}"

"""Server-sent events: the lines of a stream, wherever the network cut it."""

from __future__ import annotations


class EventReader:
    """Puts the data of events together from bytes as they arrive.

    It works on bytes: a line ends with LF, CR or both, and nothing else that text may hold, such as U+2028, ends one.
    Names, numbers and comments of events are skipped; models put everything into the data.
    """

    def __init__(self) -> None:
        self._line: list[bytes] = []
        self._data: list[bytes] = []
        self._after_cr = False

    def feed(self, received: bytes) -> list[bytes]:
        """The data of each event that is complete now."""
        if self._after_cr or b"\r" in received:
            received = self._with_lf(received)
        if b"\n" not in received:
            self._line.append(received)
            return []
        first, *lines = received.split(b"\n")
        if self._line:
            first = b"".join((*self._line, first))
        rest = lines.pop()
        self._line = [rest] if rest else []
        events: list[bytes] = []
        for line in (first, *lines):
            self._end_line(line, events)
        return events

    def end(self) -> list[bytes]:
        """The last event of a stream that ended without the blank line after it."""
        events: list[bytes] = []
        for line in (b"".join(self._line), b""):
            self._end_line(line, events)
        self._line = []
        return events

    def _end_line(self, line: bytes, events: list[bytes]) -> None:
        if not line:
            if self._data:
                events.append(b"\n".join(self._data))
                self._data = []
        elif line.startswith(b"data:"):
            self._data.append(line[6:] if line[5:6] == b" " else line[5:])

    def _with_lf(self, received: bytes) -> bytes:
        """All line ends as LF. A CR ends a line at once; the LF that may follow it, in the next packet, is dropped."""
        if self._after_cr and received:
            received = received.removeprefix(b"\n")
            self._after_cr = False
        self._after_cr = self._after_cr or received.endswith(b"\r")
        return received.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

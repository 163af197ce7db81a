"""The file of answers that a review packet downloads, read strictly: it comes from outside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.domain.review import VERDICTS, Verdict
from workbench.errors import FormatError
from workbench.formats.json_values import JsonProblem, decode
from workbench.workspace.reviews.packets.packet import VERSION
from workbench.workspace.reviews.storing import LONGEST_NOTE, MOST_MARKS

FORMAT = "workbench-review-answers"
LONGEST_NAME = 200
_LONGEST_LOOK_S = 24 * 3600.0


@dataclass(frozen=True)
class PacketAnswer:
    """What a reviewer said of one item."""

    item: str
    verdict: Verdict | None
    """None when it was taken back, or when there is only a note."""
    note: str
    seconds: float | None
    """Time the item was on the screen, where that is known."""
    judged_at: str | None
    """When, by the clock of the reviewer's machine."""
    tags: tuple[str, ...] = ()
    """Names of what went wrong."""


@dataclass(frozen=True)
class PacketAnswers:
    """A file of answers."""

    packet: str
    """The hash of the packet they belong to."""
    run: str
    seed: str
    guidelines: str | None
    items: Sequence[str]
    """All items of the packet, in its order."""
    reviewer: str
    answers: Sequence[PacketAnswer]
    queue: str | None = None
    """The queue that the packet was made of."""

    def number(self, item: str) -> int:
        """Where an item stands in the packet, from 1, as the reviewer saw it."""
        return self.items.index(item) + 1


def read_answers(text: str, file: str) -> PacketAnswers:
    """The answers in a downloaded file. FormatError says what is wrong with it."""
    try:
        document = decode(text)
    except JsonProblem as problem:
        line = text.count("\n", 0, problem.position) + 1
        raise FormatError(
            f"this is not JSON: {problem.problem}.", file=file, line=line, hint="Download it once more."
        ) from problem
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise FormatError("these are not the answers of a review packet.", file=file)
    if document.get("version") != VERSION:
        raise FormatError("these are answers of a packet from another version of the program.", file=file)
    return _answers(document, file)


def _answers(document: dict[str, Any], file: str) -> PacketAnswers:
    texts = {name: document.get(name) for name in ("packet", "run", "seed", "reviewer")}
    guidelines, items, answers, queue = (document.get(name) for name in ("guidelines", "items", "answers", "queue"))
    named = all(isinstance(text, str) for text in texts.values())
    if not named or not isinstance(guidelines, str | None) or not isinstance(queue, str | None):
        raise FormatError("it does not say which packet it belongs to.", file=file)
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise FormatError("it does not say which items its packet has.", file=file)
    if not isinstance(answers, list):
        raise FormatError("it holds no list of answers.", file=file)
    read = [_answer(answer, number, file) for number, answer in enumerate(answers, 1)]
    twice = [item for item, times in Counter(answer.item for answer in read).items() if times > 1]
    if twice or not {answer.item for answer in read} <= set(items):
        raise FormatError("it answers an item twice, or one that its packet does not have.", file=file)
    if len(texts["reviewer"] or "") > LONGEST_NAME:
        raise FormatError("the reviewer's name is too long.", file=file)
    return PacketAnswers(
        packet=texts["packet"] or "",
        run=texts["run"] or "",
        seed=texts["seed"] or "",
        guidelines=guidelines,
        items=items,
        reviewer=(texts["reviewer"] or "").strip(),
        answers=read,
        queue=queue,
    )


def _answer(answer: Any, number: int, file: str) -> PacketAnswer:
    if not isinstance(answer, dict) or not isinstance(answer.get("item"), str):
        raise FormatError(f"answer {number} does not say what it is about.", file=file)
    verdict, note, seconds = answer.get("verdict"), answer.get("note") or "", answer.get("seconds")
    if verdict is not None and verdict not in VERDICTS:
        raise FormatError(
            f"answer {number}: {verdict!r} is no verdict.", file=file, hint=f"There is {', '.join(VERDICTS)}."
        )
    if not isinstance(note, str) or len(note) > LONGEST_NOTE:
        raise FormatError(f"answer {number}: a note is a text, and not a book.", file=file)
    if not isinstance(seconds, int | float) or not 0 < seconds < _LONGEST_LOOK_S:
        seconds = None
    tags = answer.get("tags") or []
    if not isinstance(tags, list) or len(tags) > MOST_MARKS or not all(isinstance(tag, str) for tag in tags):
        raise FormatError(f"answer {number}: what failed is a list of names.", file=file)
    kept = tuple(tag.strip()[:LONGEST_NAME] for tag in tags if tag.strip())
    return PacketAnswer(answer["item"], verdict, note, seconds, _moment(answer.get("judged_at")), kept)


def _moment(value: Any) -> str | None:
    """A time as it was written, when it is one."""
    try:
        return datetime.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        return None

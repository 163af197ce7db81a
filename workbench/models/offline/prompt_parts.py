"""Takes a rendered request apart: sources, question, earlier turns, instructions.

Instructions stand in system messages and in the last user message outside sources and question. Where a prompt has
no other place for them (no system message, nothing else in the user message) a lead-in on the question's own line,
as in "Answer in one sentence: ...", counts too; in every other case the question's text is only ever the question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.domain.prompt import Message
from workbench.models.offline.mood import is_directive, is_greeting, is_heading, is_question, without_lead
from workbench.models.offline.quotes import split_sentences
from workbench.models.offline.reading import instruction_sentences, understands
from workbench.models.offline.sources import QUESTION_MARK, Cut, Source, cut_sources
from workbench.models.offline.wording.refusing import LACKING_QUESTION, refusal_text

_ANSWER_MARK = re.compile(
    r"^(?:#+ *|\*\*)?(?:(?:your|the|final|helpful|short|concise) )*(?:answer|response|reply|assistant|output|"
    r"a)\**\s*:?\**\s*$",
    re.IGNORECASE,
)
_SAMPLE_ANSWER = re.compile(r"^(?:A|Answer|Assistant|Output|Response)\s*:\s*(.+)$", re.MULTILINE)
_SAMPLE_LINE = re.compile(
    r"^(?:Q|A|Question|Answer|User|Assistant|Input|Output|Response|Example(?: \d+)?)\s*:.*$", re.MULTILINE
)
_SAMPLE_HEADING = re.compile(r"\bexamples?\b[^\n]{0,40}:?\s*$", re.IGNORECASE | re.MULTILINE)
_TASK = re.compile(
    r"^(?:explain|describe|list|tell|summari[sz]e|compare|give|find|show|name|define|outline|state|identify|discuss|"
    r"provide|clarify|calculate|translate)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class PromptParts:
    """A request, taken apart."""

    sources: tuple[Source, ...]
    question: str
    earlier_questions: tuple[str, ...]
    """What the user asked in earlier turns, oldest first; few-shot pairs are not turns."""
    instructions: tuple[str, ...]
    """Sentences outside sources and questions."""
    sample_answers: tuple[str, ...]
    """Answers of few-shot pairs."""
    read_as_source: tuple[str, ...] = ()
    """Sentences after the last source that look like instructions but may be the source's own words."""


@dataclass(frozen=True)
class _UserMessage:
    sources: tuple[Source, ...]
    says_nothing_found: bool
    question: str
    instructions: str
    tail: str


def take_apart(messages: Sequence[Message]) -> PromptParts:
    """Take a request's messages apart. Any text is accepted; what is not there comes back empty."""
    asked = next((i for i in range(len(messages) - 1, -1, -1) if messages[i].role == "user"), None)
    if asked is None:
        asked = next((i for i in range(len(messages) - 1, -1, -1) if messages[i].role == "system"), None)
    rules = [m.content for i, m in enumerate(messages) if m.role == "system" and i != asked]
    instructed = any(text.strip() for text in rules)
    user = _read_user(messages[asked].content, instructed=instructed) if asked is not None else None
    supplied = user is not None and bool(user.sources or user.says_nothing_found)
    system = [cut_sources(text, holds_question=lambda _: True, sections=not supplied) for text in rules]
    system_text, samples_in_text = _without_samples("\n".join(f"{cut.before}\n{cut.after}" for cut in system))
    sources = (user.sources if user else ()) or tuple(source for cut in system for source in cut.sources)
    turns = _turns(messages[: asked or 0], instructed=instructed)
    examples, history = _tell_apart(turns, user)
    if not sources and not (user and user.says_nothing_found) and not any(cut.says_nothing_found for cut in system):
        sources = next((turn.sources for turn, _ in reversed(turns) if turn.sources), ())
    own = user.instructions if user else ""
    tails = [cut.tail for cut in system] + ([user.tail] if user else [])
    return PromptParts(
        sources=_renumbered(sources),
        question=user.question if user else "",
        earlier_questions=tuple(turn.question for turn in history if turn.question),
        instructions=tuple(instruction_sentences(system_text) + instruction_sentences(own)),
        sample_answers=(*samples_in_text, *examples),
        read_as_source=tuple(
            s for tail in tails for s in instruction_sentences(tail) if understands(s) and is_directive(s)
        ),
    )


def _without_samples(text: str) -> tuple[str, tuple[str, ...]]:
    """Instruction text without question-answer samples written into it, and the samples' answers."""
    heading = _SAMPLE_HEADING.search(text)
    if heading is None:
        return text, ()
    samples = tuple(m.group(1).strip() for m in _SAMPLE_ANSWER.finditer(text, heading.end()))
    if not samples:
        return text, ()
    return text[: heading.start()].rpartition("\n")[0] + "\n" + _SAMPLE_LINE.sub("", text[heading.end() :]), samples


def _turns(messages: Sequence[Message], *, instructed: bool) -> list[tuple[_UserMessage, str | None]]:
    """Earlier user messages, each with the answer it got."""
    turns: list[tuple[_UserMessage, str | None]] = []
    for message in messages:
        if message.role == "user":
            turns.append((_read_user(message.content, instructed=instructed), None))
        elif message.role == "assistant" and turns and turns[-1][1] is None:
            turns[-1] = (turns[-1][0], message.content)
    return turns


def _tell_apart(
    turns: list[tuple[_UserMessage, str | None]], user: _UserMessage | None
) -> tuple[tuple[str, ...], list[_UserMessage]]:
    """Tell few-shot answers from the turns of a conversation.

    A few-shot pair repeats the last user message's template: it has sources where that has some, or the same
    instructions around the question. Bare pairs count as both, once there are two: they show the form of an answer,
    and the last of them is what a follow-up follows.
    """
    bare = user is None or not (user.sources or user.says_nothing_found or user.instructions.strip())
    examples: list[str] = []
    history: list[_UserMessage] = []
    for turn, answer in turns:
        templated = bool(turn.sources or turn.says_nothing_found) or (
            user is not None and bool(turn.instructions.strip()) and turn.instructions == user.instructions
        )
        if answer is not None and (templated or (bare and len(turns) > 1)):
            examples.append(answer)
        if not templated:
            history.append(turn)
    return tuple(examples), history


def _renumbered(sources: tuple[Source, ...]) -> tuple[Source, ...]:
    """Sources from several messages with distinct numbers; those of one message keep theirs."""
    if len({source.number for source in sources}) == len(sources):
        return sources
    return tuple(Source(i, s.name, s.heading, s.text) for i, s in enumerate(sources, start=1))


def _read_user(content: str, *, instructed: bool) -> _UserMessage:
    text = content.replace("\r\n", "\n").rstrip()
    lines = text.split("\n")
    while lines and (not lines[-1].strip() or _ANSWER_MARK.match(lines[-1].strip())):
        lines.pop()
    text = "\n".join(lines)
    cut = cut_sources(text, holds_question=_holds_question)
    question, instructions = _question_and_rest(cut, instructed=instructed)
    return _UserMessage(cut.sources, cut.says_nothing_found, question, instructions, cut.tail)


def _holds_question(before: str) -> bool:
    """Whether the text before the sources already asks: something in it is neither an instruction nor a heading."""
    for line in before.split("\n"):
        text = line.strip()
        if text and (_asks(text) or not _is_frame(text)):
            return True
    return False


def _asks(line: str) -> bool:
    """Whether a line is a question to answer, and not a rule put as one: "Not in the sources? Then say so."."""
    return is_question(line) and not (LACKING_QUESTION.match(line) and refusal_text(line) is not None)


def _is_frame(line: str) -> bool:
    """Whether a line belongs to the prompt's frame around the question."""
    return (
        is_heading(line)
        or is_greeting(line)
        or line.endswith(":")
        or bool(
            re.match(
                r"^(?:you are|you're|your (?:task|job|role)|below|here (?:is|are)|the following|context)\b",
                line,
                re.IGNORECASE,
            )
        )
        or all(_is_frame_sentence(sentence) for sentence in instruction_sentences(line))
    )


def _is_frame_sentence(sentence: str) -> bool:
    return understands(sentence) or (is_directive(sentence) and not _TASK.match(without_lead(sentence)))


def _question_and_rest(cut: Cut, *, instructed: bool) -> tuple[str, str]:
    """The question, and everything around it that is neither question nor source."""
    for text, other in ((cut.after, cut.before), (cut.before, cut.after)):
        marks = list(QUESTION_MARK.finditer(text))
        if marks:
            question, below = _marked(text[marks[0].end() :], marks[0].group(1))
            return question, f"{other}\n{text[: marks[0].start()]}\n{below}"
    lines = [line.strip() for text in (cut.before, cut.after) for line in text.split("\n") if line.strip()]
    if not lines:
        return "", ""
    at = _question_line(lines)
    if at is None:
        return "", "\n".join(lines)
    asking: list[str] = []
    rest: list[str] = []
    for number, line in enumerate(lines):
        belongs = number == at or not (_is_frame(line) or is_directive(line))
        (asking if belongs else rest).append(line)
    if rest or instructed:
        return " ".join(asking), "\n".join(rest)
    return _without_lead_in(asking)


def _marked(text: str, element: str | None) -> tuple[str, str]:
    """After a question marker: an element's content, or the lines up to the first that is the prompt's instruction."""
    closing = text.lower().rfind(f"</{element.lower()}") if element is not None else -1
    if closing >= 0:
        return text[:closing].strip(), text[closing:].partition(">")[2]
    lines = text.split("\n")
    for number, line in enumerate(lines):
        started = any(other.strip() for other in lines[:number])
        frame = line.strip() and not is_question(line) and (is_heading(line) or _understood_line(line))
        if started and frame:
            return "\n".join(lines[:number]).strip(), "\n".join(lines[number:])
    return text.strip(), ""


def _understood_line(line: str) -> bool:
    return all(is_directive(sentence) and understands(sentence) for sentence in split_sentences(line))


def _question_line(lines: list[str]) -> int | None:
    """Which line asks: the last with a question in it, else the last that is no frame, else the last task."""
    tests = (
        _asks,
        lambda line: not _is_frame(line) and not is_directive(line),
        lambda line: bool(_TASK.match(without_lead(line))) and not line.endswith(":"),
    )
    for test in tests:
        found = [number for number, line in enumerate(lines) if test(line)]
        if found:
            return found[-1]
    return None if len(lines) > 1 or _is_frame(lines[0]) else 0


def _without_lead_in(lines: list[str]) -> tuple[str, str]:
    """Split a prompt that is one line, such as "Answer in one sentence: what is the fee?"."""
    text = " ".join(lines)
    head, colon, tail = text.partition(":")
    if colon and tail.strip() and "?" not in head and is_directive(head) and understands(head):
        return tail.strip(), head
    sentences = split_sentences(text)
    asking = [s for s in sentences if is_question(s)]
    around = [s for s in sentences if not is_question(s) and is_directive(s) and understands(s)]
    if not asking or not around:
        return text, ""
    return " ".join(s for s in sentences if s not in around), "\n".join(around)

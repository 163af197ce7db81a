"""From instruction text to `Instructions`: sentence by sentence, what is understood and what is not."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workbench.models.offline.instructions import Instructions
from workbench.models.offline.mood import is_directive, is_foreign, is_greeting, is_heading
from workbench.models.offline.quotes import QUOTED, split_sentences
from workbench.models.offline.wording.asides import asks_for_more, asks_nothing
from workbench.models.offline.wording.citing import read_citing
from workbench.models.offline.wording.form import names_keys, read_form
from workbench.models.offline.wording.length import read_length
from workbench.models.offline.wording.refusing import LACKING_QUESTION, read_refusing, refusal_text

LONGEST_SENTENCE = 1_500
"""Characters; longer sentences are text pasted into a prompt, and are listed as not understood."""

_CONDITIONAL = re.compile(
    r"^(?:[-*•\d.)\s]*)(?:if|when|whenever|unless|in case|for questions?|should the|should a|for (?:customers?|"
    r"employees?|users?))\b(?P<case>[^,:]*)",
    re.IGNORECASE,
)
_KNOWN_CASE = re.compile(
    r"\b(?:possible|needed|necessary|applicable|you can|relevant|appropriate|yes|sources?|documents?|answer(?:ing|"
    r"s)?|quot\w+|cit\w+|"
    r"fact|claim|citing|available|you use|you state|clarif\w*|ambiguous|unclear|vague|respond\w*|reply\w*|"
    r"referenc\w*)\b",
    re.IGNORECASE,
)
_JSON = re.compile(r"\bjson\b|\{", re.IGNORECASE)
_CITE_IN_JSON = re.compile(r"\bcite\b|\bsquare brackets\b", re.IGNORECASE)
_WORD_FOR_WORD = re.compile(
    r",? ?(?:\band )?\b(?:verbatim|word[- ]for[- ]word|exact (?:words|wording|text|sentence|phrase)|"
    r"nothing (?:else|more))\b",
    re.IGNORECASE,
)
"""Said of the words to decline with, it asks nothing of other answers."""
_OPEN_COLON = re.compile(r"[:：]\s*$")


def instruction_sentences(text: str) -> list[str]:
    """Cut instruction text into sentences; JSON samples, quoted replies and lists that a colon announces stay whole."""
    blocks: list[str] = []
    for line in _joined_lines(text):
        if blocks and _belongs_to(blocks[-1], line):
            blocks[-1] = f"{blocks[-1]}\n{line}"
        else:
            blocks.append(line)
    return [sentence for block in blocks for sentence in _sentences(block)]


def _joined_lines(text: str) -> list[str]:
    """Lines, with braces that span lines joined, blank lines left out, and hard-wrapped sentences put together."""
    lines: list[str] = []
    depth = 0
    for raw in text.split("\n"):
        line = raw.rstrip()
        if depth > 0:
            lines[-1] += "\n" + line
        elif line.strip():
            wrapped = (
                lines and re.match(r"^\s*[a-z(\"“]", line) and re.search(r"[\w,;)]$", lines[-1]) and len(lines[-1]) > 40
            )
            if wrapped:
                lines[-1] += " " + line.strip()
            else:
                lines.append(line.strip())
        depth = max(0, depth + line.count("{") - line.count("}")) if lines else 0
    return lines


def _belongs_to(before: str, line: str) -> bool:
    """Whether a line completes the one before it, which ends in a colon."""
    announces = _OPEN_COLON.search(before.split("\n", maxsplit=1)[0]) is not None
    if not announces:
        return False
    head = before.split("\n", maxsplit=1)[0]
    if re.search(r"\b(?:json|keys?|fields?|properties)\b", head, re.IGNORECASE):
        return line.lstrip().startswith(("{", "-", "*", "•", "`")) or bool(
            re.match(r"\s*\d+[.)]|\s*[\"'\w]+\s*:", line)
        )
    if "\n" in before:
        return False
    return line.startswith(("{", "```")) or bool(QUOTED.match(line)) or refusal_text(f"{before} x.") is not None


def _sentences(block: str) -> list[str]:
    if "{" in block:
        return [block]
    head, newline, below = block.partition("\n")
    if newline:
        # What a colon announces belongs to the last sentence before it.
        *others, last = [head] if _JSON.search(head) else split_sentences(head)
        return [*others, f"{last}\n{below}"]
    found: list[str] = []
    for sentence in split_sentences(block):
        # An unquoted reply after a colon may itself have several sentences.
        reply_goes_on = (
            found
            and not QUOTED.search(found[-1])
            and re.search(r":\s*\S", found[-1])
            and refusal_text(found[-1]) is not None
            and not is_directive(sentence)
        )
        if reply_goes_on or (found and _is_condition(found[-1], sentence)):
            found[-1] = f"{found[-1]} {sentence}"
        else:
            found.append(sentence)
    return found


def _is_condition(question: str, then: str) -> bool:
    """Whether a question is the condition for the words after it: "Not in the sources? Then say so."."""
    return question.endswith("?") and bool(LACKING_QUESTION.match(f"{question} {then}")) and is_directive(then)


def read_instructions(sentences: Sequence[str]) -> Instructions:
    """Read all sentences; where two speak of the same thing, the later one holds."""
    into = Instructions()
    for sentence in sentences:
        if len(sentence) > LONGEST_SENTENCE or not read_sentence(sentence, into):
            into.not_understood.append(sentence)
    return into


def understands(sentence: str) -> bool:
    """Whether a sentence changes the answer in a way the reader follows."""
    return len(sentence) <= LONGEST_SENTENCE and _follow(sentence, Instructions())


def read_sentence(sentence: str, into: Instructions) -> bool:
    """Follow one sentence. False when it asks for something, in whole or in part, that the reader does not follow."""
    text = sentence.strip()
    if not text or is_heading(text) or is_greeting(text):
        return True
    if _depends_on_unknown(text):
        return False
    understood = _follow(text, into)
    if asks_for_more(QUOTED.sub(" ", text)):
        return False
    return understood or asks_nothing(text) or not (is_directive(text) or is_foreign(text))


def _follow(text: str, into: Instructions) -> bool:
    if _depends_on_unknown(text):
        return False
    declines = refusal_text(text)
    bare = text
    if declines is not None:
        # The words to decline with say nothing about other answers: "reply with: No sources cited." is no wish.
        bare = QUOTED.sub(" ", text).replace(declines, " ")
        bare = _WORD_FOR_WORD.sub("", re.split(r":\s", bare)[0])
    refusing = read_refusing(text, into)
    if (
        refusing
        and declines is not None
        and not re.search(r"[,;] (?:and|but)\b|^[^,]{0,80}\.|\band (?:cite|keep|use)\b", bare)
    ):
        return True
    # Quoted words are to be said, and the keys of a JSON object are to be filled: neither asks for anything itself.
    keyed = bool(_JSON.search(bare)) or names_keys(bare)
    cites = read_citing(bare, into) if not keyed or _CITE_IN_JSON.search(bare) else False
    followed = [refusing, cites, read_length(QUOTED.sub(" ", bare), into), read_form(bare, into)]
    return any(followed)


def _depends_on_unknown(text: str) -> bool:
    """Whether a sentence holds only in a case that the reader cannot tell, such as "If the user is angry, ..."."""
    match = _CONDITIONAL.match(text)
    if match is None:
        return False
    if refusal_text(text) is not None:
        return False
    return not _KNOWN_CASE.search(match.group("case"))

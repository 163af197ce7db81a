"""Puts findings into the form that a prompt asks for: citations, sentences, bullets, limits, fixed words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workbench.models.offline.findings import Findings
from workbench.models.offline.instructions import CitationStyle, Instructions
from workbench.models.offline.passages import Passage
from workbench.models.offline.question import is_polar
from workbench.models.offline.sources import Source

_FINAL = re.compile(r"[.!?:;,…]+$")
_LOWERED_TEXT = """
    the a an you your we our it if in for all any this these there each every no when employees
"""
_LOWERED = frozenset(_LOWERED_TEXT.split())
CUT = "…"
"""Marks a passage that a limit on words or characters cut short."""


def compose(findings: Findings, asked: Instructions) -> str:
    """The answer as text, in any shape but JSON."""
    if findings.declined is not None:
        return findings.declined
    lead = _yes_or_no(findings, asked)
    if lead is not None and asked.yes_no == "only":
        return lead + (_together(findings.passages[:1], asked) if asked.cite else "")
    passages = list(findings.passages)
    fixed = " ".join(filter(None, (asked.opening, lead, asked.closing)))
    words = _room(asked.words.most if asked.words else None, len(fixed.split()))
    characters = _room(asked.characters, len(fixed) + 3 if fixed else 0)
    while True:
        text = _body(passages, asked)
        if _fits(text, words, characters) or len(passages) <= 1:
            break
        passages.pop()
    if passages and not _fits(text, words, characters):
        text = _body(passages, asked, cut_to=_cut_for(passages[0], asked, words, characters))
        if not _fits(text, words, characters):
            text = _cut(text, words, characters)
    return _with_fixed_words(text, lead, asked)


def prose(findings: Findings, asked: Instructions, *, cite: bool) -> str:
    """The answer as plain sentences for a field of a structured answer."""
    if findings.declined is not None:
        return findings.declined
    plain = Instructions(
        **{**vars(asked), "shape": "prose", "cite": cite and asked.cite, "opening": None, "closing": None}
    )
    return compose(findings, plain)


def citation(source: Source, style: CitationStyle) -> str:
    """One source's citation. A source without a name is cited by number."""
    label = source.name if source.name is not None else str(source.number)
    return (
        style.template.replace("{name}", label)
        if "{name}" in style.template
        else style.template.replace("{n}", str(source.number))
    )


def _room(limit: int | None, taken: int) -> int | None:
    return None if limit is None else max(1, limit - taken)


def _fits(text: str, words: int | None, characters: int | None) -> bool:
    return (words is None or len(text.split()) <= words) and (characters is None or len(text) <= characters)


def _yes_or_no(findings: Findings, asked: Instructions) -> str | None:
    if asked.yes_no is None or not findings.passages or not is_polar(findings.question):
        return None
    return "Yes" if findings.affirms else "No"


def _together(passages: Sequence[Passage], asked: Instructions) -> str:
    style = asked.citation or CitationStyle()
    marks = dict.fromkeys(citation(passage.source, style) for passage in passages)
    return " " + "".join(marks) if marks else ""


def _body(passages: Sequence[Passage], asked: Instructions, *, cut_to: int | None = None) -> str:
    listed = asked.shape in {"bullets", "numbered"}
    at_end = asked.citation is not None and asked.citation.placement == "end"
    pieces: list[str] = []
    for number, passage in enumerate(passages, start=1):
        marks = ""
        if asked.cite and (not at_end or number == len(passages)):
            marks = _together(passages if at_end else [passage], asked)
        text = _cut(passage.text, _room(asked.words_per_item, len(marks.split())), None)
        text = text if cut_to is None else _cut(text, cut_to, None)
        piece = _sentence(text, marks, quote=asked.quote, closed=not listed)
        if asked.shape == "numbered":
            piece = f"{number}. {piece}"
        elif asked.shape == "bullets":
            piece = f"{asked.bullet_mark} {piece}"
        pieces.append(piece)
    return ("\n" if listed else " ").join(pieces)


def _sentence(text: str, marks: str, *, quote: bool, closed: bool) -> str:
    """A passage with its citation before the full stop, so that the citation belongs to its sentence."""
    ending = _FINAL.search(text)
    bare = text[: ending.start()] if ending else text
    stop = ending.group()[-1] if ending else ""
    if stop == CUT:
        return f"{bare}{CUT}{marks}"
    if stop in {"", ":", ";", ","}:
        stop = "." if closed else ""
    if quote:
        return f'"{bare}"{marks}{stop or "."}'
    return f"{bare}{marks}{stop}"


def _cut_for(passage: Passage, asked: Instructions, words: int | None, characters: int | None) -> int:
    """How many words of a passage leave room for its citation and list mark."""
    around = len(_body([passage], asked).split()) - len(passage.text.split())
    room = words - around if words is not None else len(passage.text.split())
    if characters is not None:
        spare = characters - (len(_body([passage], asked)) - len(passage.text)) - 1
        text = passage.text[: max(0, spare)]
        room = min(room, len(text.rsplit(" ", 1)[0].split()) if " " in text else 1)
    return max(1, room)


def _cut(text: str, words: int | None, characters: int | None) -> str:
    """The beginning of a text within both limits, at the end of a clause where one is near."""
    pieces = text.split()
    if words is not None and len(pieces) > words:
        kept = pieces[:words]
        clause = next((i for i in range(len(kept) - 1, max(2, (words * 3) // 5), -1) if kept[i][-1] in ",;:."), None)
        text = _FINAL.sub("", " ".join(kept if clause is None else kept[: clause + 1])) + CUT
    if characters is not None and len(text) > characters:
        text = text[: max(0, characters - 1)].rstrip() + CUT
    return text


def _with_fixed_words(text: str, lead: str | None, asked: Instructions) -> str:
    if lead is not None:
        only_one = asked.sentences is not None and asked.sentences.most == 1
        first, _, rest = text.partition(" ")
        lowered = f"{first.lower()} {rest}" if first.lower() in _LOWERED else None
        text = f"{lead}, {lowered}" if only_one and lowered else f"{lead}: {text}" if only_one else f"{lead}. {text}"
    if asked.opening:
        first, space, rest = text.partition(" ")
        if asked.opening.endswith(",") and first.lower() in _LOWERED:
            text = f"{first.lower()}{space}{rest}"
        text = f"{asked.opening} {text}"
    if asked.closing:
        text = f"{text}{chr(10) if asked.shape in {'bullets', 'numbered'} else ' '}{asked.closing}"
    return text

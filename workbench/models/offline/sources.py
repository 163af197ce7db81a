"""Finds the sources inside a message: numbered blocks, named lines, XML elements, or a section under a heading.

What stands inside the sources is only ever text. A block therefore ends late: at the last closing tag or fence of
the kind that opened it, so that a document which contains such a tag cannot step out of its block.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from workbench.models.offline.mood import is_directive
from workbench.models.offline.quotes import split_sentences

_NOUN = r"(?:sources?|documents?|docs?|passages?|excerpts?|extracts?|chunks?|snippets?|articles?|references?|results?)"
_FILE = r"[^\s:\[\]<>|]+\.[A-Za-z]\w{0,5}(?:#[^\s:\[\]]+)?"

_BRACKET_HEADER = re.compile(r"^\[(\d{1,3})\]:?[ \t]*(.*)$", re.MULTILINE)
_NAME_HEADER = re.compile(rf"^\[({_FILE})\]:?[ \t]*(.*)$", re.MULTILINE)
_WORD_HEADER = re.compile(
    r"^(?:#+ *|\*\*)?(?:source|document|doc|passage|context|excerpt|chunk|snippet|article|reference|result)"
    r"[ _]*(?:#|no\.? )?\[?(\d{1,3})\]?\**[ \t]*(?:[:.\-–—]\**(?:[ \t]+|$)|(?=[(\[])|$)(.*)$",
    re.IGNORECASE | re.MULTILINE,
)
_NAMED_LINE = re.compile(rf"^(?:[-*] )?({_FILE}):[ \t]+(.+)$", re.MULTILINE)
_LIST_ITEM = re.compile(r"^(?:[-*•]|(\d{1,3})[.)])[ \t]+(.+)$", re.MULTILINE)
_SECTION = re.compile(
    r"^(?:#+ *|\*\*)?(?:(?:the|your|available|provided|retrieved|relevant|supporting|search|source|reference|"
    r"company) )*"
    r"(?:sources?|documents?|context|passages?|excerpts?|extracts?|material|materials|background|knowledge(?: base)?|"
    r"results|references?|documentation|information|facts|texts?)\**[ \t]*(?::\**[ \t]*(.*)|)$",
    re.IGNORECASE | re.MULTILINE,
)
_POINTING_LINE = re.compile(
    rf"^.*\b(?:following|these|below)\s+(?:\w+\s+){{0,4}}(?:{_NOUN}|context|text|information|facts|material)\b"
    rf"(?: (?:to|when|for|in order to) [^:,\n]{{0,50}})?\s*:$|"
    rf"^.*\b(?:{_NOUN}|context|text|information|facts|material) (?:(?:given|provided|listed|shown) )?below"
    rf"(?: (?:to|when|for|in order to) [^:,\n]{{0,50}})?\s*:$",
    re.IGNORECASE | re.MULTILINE,
)
_TAG = re.compile(
    r"^[ \t]*<((?:retrieved_|search_)?(?:sources?|documents?|docs?|contexts?|passages?|chunks?|excerpts?|snippets?|"
    r"articles?|references?|results?|text|data|knowledge))\b([^<>\n]*)>",
    re.IGNORECASE | re.MULTILINE,
)
_ITEM_TAGS = ("document", "source", "doc", "passage", "chunk", "excerpt", "snippet", "article", "result", "reference")
_ATTRIBUTE = re.compile(r"([\w-]+)\s*=\s*[\"']?([^\"'>]*?)[\"']?(?=\s+[\w-]+\s*=|\s*/?$)")
_FENCE = re.compile(r"^[ \t]*(`{3,}|\"{3,}|-{3,}|={3,}|~{3,}|\*{3,}|#{3,}|'{3,})\w*[ \t]*$", re.MULTILINE)
_NOTHING = re.compile(
    r"^[^\w\n]*(?:no (?:relevant |matching )?(?:sources|documents|results|context|passages)(?: (?:were |"
    r"was )?found)?)[^\w\n]*$",
    re.IGNORECASE | re.MULTILINE,
)

QUESTION_MARK = re.compile(
    r"^(?:#+ *|\*\*)?(?:(?:here (?:is|comes)|the|my|your|this|user|user's|customer|customer's|employee|employee's|"
    r"client|current|new|"
    r"follow-up|final|actual) )*(?:question|query|user|human|customer|input|request|q)\**[ \t]*(?::\**|$)[ \t]*\n?|"
    r"^[ \t]*<((?:user_?|customer_?)?(?:question|query|input|request|message))\b[^<>\n]*>",
    re.IGNORECASE | re.MULTILINE,
)
"""What opens the question: `Question:`, `## Question`, `User query:`, or an element such as `<question>` (group 1)."""


@dataclass(frozen=True)
class Source:
    """One source as the prompt shows it."""

    number: int
    """What a numbered citation calls it."""
    name: str | None
    """The document's name; None when the prompt does not say."""
    heading: str
    """Where in the document; empty when the prompt does not say."""
    text: str


@dataclass(frozen=True)
class Cut:
    """A message taken apart."""

    before: str
    sources: tuple[Source, ...]
    after: str
    says_nothing_found: bool = False
    """The prompt says that there are no sources, as `(no sources)`."""
    tail: str = ""
    """The last paragraph of the last source when nothing but position says that it belongs to it; else empty."""


def cut_sources(text: str, *, holds_question: Callable[[str], bool], sections: bool = True) -> Cut:
    """Take the sources out of a message.

    `holds_question` says of the text before the sources whether it already holds the question. If it does, open-ended
    sources run to the end of the message; otherwise they end at the last question marker or last paragraph.
    With `sections` false a mere heading such as "Context:" opens no sources.
    """
    if nothing := _NOTHING.search(text):
        return Cut(text[: nothing.start()], (), text[nothing.end() :], says_nothing_found=True)
    if tag := _TAG.search(text):
        return _cut_elements(text, tag)
    first = _first_header(text, sections=sections)
    if first is None:
        return Cut(text, (), "")
    start, item_pattern = first
    before = text[:start]
    end, closed = _region_end(text, start, before=before, holds_question=holds_question)
    region = text[start:end]
    after = text[end:]
    sources = _items(region, item_pattern)
    if not sources:
        return Cut(text, (), "")
    paragraphs = re.split(r"\n\s*\n", region.rstrip())
    tail = paragraphs[-1].strip() if not closed and len(paragraphs) > 1 else ""
    if tail and item_pattern is not None and item_pattern.match(tail):
        tail = ""
    return Cut(_FENCE.sub("", _without_heading(before)), sources, _FENCE.sub("", after), tail=tail)


def _first_header(text: str, *, sections: bool) -> tuple[int, re.Pattern[str] | None] | None:
    """Where the sources begin and what their headers look like; the earliest kind found wins."""
    found: list[tuple[int, int, re.Pattern[str] | None]] = []
    for rank, pattern in enumerate((_BRACKET_HEADER, _NAME_HEADER, _WORD_HEADER, _NAMED_LINE)):
        if match := pattern.search(text):
            found.append((match.start(), rank, pattern))
    if found:
        start, _, chosen = min(found, key=lambda item: item[:2])
        return start, chosen
    for pattern in (_SECTION, _POINTING_LINE) if sections else ():
        for match in pattern.finditer(text):
            inline = match.group(1) if pattern is _SECTION else None
            start = match.start(1) if inline else match.end()
            rest = text[start:].strip()
            if rest and not QUESTION_MARK.match(rest) and not is_directive(split_sentences(rest[:400])[0]):
                return start, None
    return None


def _region_end(text: str, start: int, *, before: str, holds_question: Callable[[str], bool]) -> tuple[int, bool]:
    """Where open-ended sources end, and whether a fence closes them there."""
    fence = _opening_fence(text, start)
    if fence is not None:
        closers = [m for m in _FENCE.finditer(text, fence.end()) if m.group(1)[0] == fence.group(1)[0]]
        if closers:
            return closers[-1].start(), True
    if QUESTION_MARK.search(before) or holds_question(before):
        return len(text), False
    markers = [m.start() for m in QUESTION_MARK.finditer(text, start)]
    if markers:
        return markers[-1], False
    breaks = [m.start() for m in re.finditer(r"\n[ \t]*\n", text[start:].rstrip())]
    if breaks and _ends_like_a_question(text[start + breaks[-1] :]):
        return start + breaks[-1], False
    return len(text), False


def _opening_fence(text: str, start: int) -> re.Match[str] | None:
    """The fence on the last line before the sources or on their first line."""
    above = text[:start].rstrip()
    line_start = above.rfind("\n") + 1
    below = start + len(text[start:]) - len(text[start:].lstrip())
    return _FENCE.match(text, line_start) if above and _FENCE.match(text, line_start) else _FENCE.match(text, below)


def _ends_like_a_question(paragraph: str) -> bool:
    text = paragraph.strip()
    headed = any(p.match(text) for p in (_BRACKET_HEADER, _NAME_HEADER, _WORD_HEADER, _NAMED_LINE))
    return not headed and ("?" in text or ("\n" not in text and len(text) < 300))


def _without_heading(before: str) -> str:
    """The text before the sources without the line that only announces them."""
    lines = before.rstrip().split("\n")
    while lines and (not lines[-1].strip() or _SECTION.match(lines[-1].strip()) or _FENCE.match(lines[-1])):
        lines.pop()
    return "\n".join(lines)


def _items(region: str, pattern: re.Pattern[str] | None) -> tuple[Source, ...]:
    if pattern is None:
        matches = [m for m in _LIST_ITEM.finditer(region) if m.start() == 0 or region[m.start() - 1] == "\n"]
        body = _FENCE.sub("", region).strip()
        if len(matches) < 2 or matches[0].start() > len(region) - len(region.lstrip()):
            return (Source(1, None, "", body),) if body else ()
        return tuple(
            Source(number, None, "", item.group(2).strip() + region[item.end() : end].rstrip())
            for number, (item, end) in enumerate(_spans(matches, len(region)), start=1)
        )
    sources: list[Source] = []
    for match, end in _spans(list(pattern.finditer(region)), len(region)):
        body = _FENCE.sub("", region[match.end() : end]).strip("\n")
        label, rest = match.group(1), match.group(2).strip()
        if label.isdecimal():
            name, heading, text = _header_and_text(rest, body)
            number = int(label)
        else:
            name, heading, text = label, "", f"{rest}\n{body}".strip()
            number = len(sources) + 1
        sources.append(Source(number, name, heading, text))
    return _with_distinct_numbers(sources)


def _spans(matches: list[re.Match[str]], length: int) -> list[tuple[re.Match[str], int]]:
    return [(m, matches[i + 1].start() if i + 1 < len(matches) else length) for i, m in enumerate(matches)]


def _header_and_text(rest: str, body: str) -> tuple[str | None, str, str]:
    """Tell a header line such as `fees.md › Early repayment` from a first line of text."""
    name, arrow, heading = rest.partition("›")
    if arrow:
        return name.strip() or None, heading.strip(), body.strip()
    named = re.match(rf"^[(\[\"']?({_FILE})[)\]\"']?\s*(?:[:,\-–—|>]+\s*|$)(.*)$", rest)
    if named is not None:
        after = named.group(2).strip()
        if body.strip() and after and not re.search(r"[.!?]$", after):
            return named.group(1), after, body.strip()
        return named.group(1), "", f"{after}\n{body}".strip()
    titled = re.match(r"^[(\[]([^)\]]{1,120})[)\]]\s*[:.\-–—]?\s*(.*)$", rest)
    if titled is not None:
        return titled.group(1).strip(), "", f"{titled.group(2)}\n{body}".strip()
    if body.strip() and rest and len(rest) <= 120 and not re.search(r"[.!?,;]$", rest):
        return rest.rstrip(":"), "", body.strip()
    return None, "", f"{rest}\n{body}".strip()


def _with_distinct_numbers(sources: list[Source]) -> tuple[Source, ...]:
    """Join blocks that repeat a number: a line in a source that looks like a header opens no second one."""
    kept: dict[int, Source] = {}
    for source in sources:
        first = kept.get(source.number)
        if first is None:
            kept[source.number] = source
        else:
            text = "\n".join(filter(None, (first.text, source.name, source.heading, source.text)))
            kept[source.number] = Source(first.number, first.name, first.heading, text)
    return tuple(kept.values())


def _cut_elements(text: str, opening: re.Match[str]) -> Cut:
    """Sources in XML elements: from the first opening tag to the last closing tag of its name."""
    outer = opening.group(1).lower()
    closings = list(re.finditer(rf"</{re.escape(outer)}\s*>", text[opening.end() :], re.IGNORECASE))
    end = opening.end() + closings[-1].end() if closings else len(text)
    region = text[opening.start() : end]
    items = [m for tag in _ITEM_TAGS for m in re.finditer(rf"<{tag}\b([^<>]*)>", region, re.IGNORECASE)]
    if items:
        earliest = min(items, key=lambda m: m.start()).group().strip("<>").split()[0].lower()
        items = [m for m in items if m.group().lower().strip("<>").split()[0] == earliest]
        sources = [_element(m, region[m.end() : stop], i) for i, (m, stop) in enumerate(_spans(items, len(region)), 1)]
        found = _with_distinct_numbers([source for source in sources if source.text])
    else:
        inner = re.sub(rf"</?{re.escape(outer)}\b[^<>]*>", "", region, flags=re.IGNORECASE).strip()
        first = _first_header(inner, sections=True)
        found = _items(inner[first[0] :], first[1]) if first else _items(inner, None)
    return Cut(_without_heading(text[: opening.start()]), found, text[end:])


def _element(opening: re.Match[str], body: str, position: int) -> Source:
    attributes = {key.lower(): value.strip() for key, value in _ATTRIBUTE.findall(opening.group(1))}
    number = next(
        (int(attributes[k]) for k in ("id", "index", "number", "n") if attributes.get(k, "").isdecimal()), None
    )
    keys = ("name", "title", "file", "filename", "path", "source", "src", "href", "url", "id")
    name = next((attributes[k] for k in keys if attributes.get(k) and not attributes[k].isdecimal()), None)
    inner = re.search(r"<(?:source|title|name|file|path)>([^<\n]{1,200})</", body, re.IGNORECASE)
    if inner is not None:
        name = name or inner.group(1).strip()
        body = body[: inner.start()] + body[inner.end() :].partition(">")[2]
    text = re.sub(r"</?[a-z_]{2,24}(?:\s[^<>\n]{0,200})?>", "", body, flags=re.IGNORECASE).strip()
    return Source(position if number is None else number, name, attributes.get("heading", ""), text)

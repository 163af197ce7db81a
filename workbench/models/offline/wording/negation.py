"""How far a negation in an instruction reaches: "no bold, headings or bullets" forbids all, "no prose: bullets" one."""

from __future__ import annotations

import re

NEGATION = (
    r"(?:\b(?:(?:not|no)(?! (?:more|fewer|less|longer|later) than\b| only\b)|never|cannot|avoid(?:ing)?|without|"
    r"neither|nor|none of|skip|omit|hide|suppress|strip|remove|exclude|leave out|forget|fail|neglect|"
    r"refrain from|stay away from|steer clear of|free of|instead of|rather than)\b|n['’]t\b)"
)
"""A word that forbids what follows it."""

_NEGATIONS = re.compile(NEGATION, re.IGNORECASE)
_CLAUSE_VERBS = (
    r"(?:use|write|give|answer|reply|respond|return|output|put|make|keep|format|present|show|start|begin|end|cite|name|"
    r"add|include|provide|stick|prefer|go|do|be|let|state|say|set|list|number|mark)"
)
_CLAUSE_VERB = re.compile(rf"\b{_CLAUSE_VERBS}\b", re.IGNORECASE)
_END_OF_CLAUSE = re.compile(
    r"[.;!?](?=\s)|\n|\s[–—]\s|"
    r"\b(?:but|except|other than|besides|apart from|unless|until|because|since|so that|instead(?! of)|just|only|always|"
    r"(?:more|fewer|less|longer) than|exceed(?:ing)?)\b|"
    r",\s+(?=(?:i|you|we|it|they|this|these|please|rather|so|then|and then)\b)|"
    rf"(?:,\s+|\b(?:and|or|nor)\s+)(?={NEGATION})",
    re.IGNORECASE,
)
_NEW_COMMAND = re.compile(rf"(?:,\s+(?:and\s+|then\s+)?|\band\s+)(?={_CLAUSE_VERBS}\b)", re.IGNORECASE)
_ALTERNATIVE = re.compile(r"\b(?:or|nor)\b", re.IGNORECASE)
_COLON = re.compile(r":\s")
_LISTS_FORBIDDEN = re.compile(
    r"\b(?:use|using|include|following|these|this|of|any|not|never|avoid|omit|without|skip|elements?|format(?:ting|s)?|"
    r"mark-?up|markdown|things)\s*$",
    re.IGNORECASE,
)
_FORBIDDEN_AFTER = (
    r"\b(?:(?:(?:is|are|be|must|should|shall|may|can|will|do|does|need)\s*(?:not|n['’]t|never)|cannot)\s+(?:be )?"
    r"(?:\w+ly )?(?:used|allowed|permitted|shown|displayed|included|mentioned|wanted|needed|required|necessary|welcome|"
    r"appear|accepted|acceptable|desired|named|cited|listed|given|visible|part)|"
    r"(?:is|are|to be|must be|should be) (?:\w+ly )?(?:forbidden|prohibited|banned|unwanted|avoided|omitted|left out|"
    r"hidden|off[- ]limits|out of the question))\b"
)
_AFTER = re.compile(rf"^[^.;:,]{{0,60}}?{_FORBIDDEN_AFTER}", re.IGNORECASE)
_AFTER_ENUMERATION = re.compile(rf"^[^.;:]{{0,80}}?{_FORBIDDEN_AFTER}", re.IGNORECASE)
_KEEPING = re.compile(r"\b(?:keep|leave)\b[^.;:]*$", re.IGNORECASE)
_OUT_AFTER = re.compile(r"^[^.;:,]{0,60}?\bout\b", re.IGNORECASE)
_ALONE_AFTER = re.compile(r"^\s*(?:only|instead|please)\b", re.IGNORECASE)


def is_negated(sentence: str, start: int, end: int) -> bool:
    """Whether a sentence forbids what it names from `start` to `end`; two negations make a demand.

    A negation reaches over an enumeration, and stops where a new clause, command or exception begins.
    """
    before = _clause_before(sentence[:start])
    negations = _NEGATIONS.findall(before)
    if negations and _ALONE_AFTER.match(sentence[end:]) and "," in before and not _ALTERNATIVE.search(before):
        # "No paragraphs, bullets only."
        return False
    if negations:
        return len(negations) % 2 == 1
    if _KEEPING.search(before) and _OUT_AFTER.match(sentence[end:]):
        return True
    opens = not _CLAUSE_VERB.search(sentence[:start])
    return bool((_AFTER_ENUMERATION if opens else _AFTER).match(sentence[end:]))


def _clause_before(before: str) -> str:
    """The end of a text from where its last clause begins."""
    starts = [match.end() for match in _END_OF_CLAUSE.finditer(before)]
    starts += [m.end() for m in _COLON.finditer(before) if not _LISTS_FORBIDDEN.search(before[: m.start()])]
    # "Do not write prose, use bullets" has two commands; "do not show, name or cite sources" has one.
    starts += [m.end() for m in _NEW_COMMAND.finditer(before) if not _ALTERNATIVE.search(before[m.end() :])]
    return before[max(starts, default=0) :]

"""Wordings of length: sentences, words, characters, bullets, paragraphs, and "briefly"."""

from __future__ import annotations

import re

from workbench.models.offline.instructions import Instructions, Span
from workbench.models.offline.vocabulary import number_of

_SMALL = "one|two|three|four|five|six|seven|eight|nine"
_NUMBER = (
    r"(?:\d{1,4}|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -](?:" + _SMALL + r"))?|"
    r"(?:(?:a|one|two|three|four|five) )?hundred(?: and [a-z]+)?|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"seventeen|eighteen|nineteen|" + _SMALL + r"|a couple(?: of)?|a few|half a dozen|a dozen|a single|single|an?)"
)
_UNIT = (
    r"(?P<unit>sentences?|words?|characters?|chars?|letters|bullet[- ]?points?|bullets?|(?:list )?items?|entries|"
    r"points?|"
    r"(?:key )?takeaways?|lines?|paragraphs?|one[- ]?liner)"
)
_ADJECTIVE = (
    r"(?:(?!(?:of|the|or|and|per|to|in|for|from|with|each|every|than|sources?|documents?|is|are)\b|"
    + _NUMBER
    + r"\b)[a-z]+(?:-[a-z]+)?[ ,-]+)"
)
_AMOUNT = re.compile(
    rf"(?<![\w-])(?P<n>{_NUMBER})(?:\s*(?:-|–|—|to|or|and)\s*(?P<m>{_NUMBER}))?[\s-]+{_ADJECTIVE}{{0,3}}?{_UNIT}\b",
    re.IGNORECASE,
)
_LIMIT_FIRST = re.compile(
    r"\b(?P<unit>sentence|word|character|bullet|line)s?[ -](?:limit|count|budget|cap|maximum|max|length)\b"
    r"(?:\s*(?:is|of|at|to|:|=|must be|should be|under|below|within|no more than|at most|up to|<=?|"
    rf"≤))*\s*(?P<n>{_NUMBER})\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    rf"\b(?P<unit>sentences|words|characters|bullets|lines)\s*(?:[:=]|<=?|≤|max\.?:?|at most)\s*(?P<n>{_NUMBER})\b",
    re.IGNORECASE,
)
_SENTENCE_OR_TWO = re.compile(
    r"\b(?:a|one) (?:short |brief |single )?(?P<unit>sentence|line|paragraph) or two\b", re.IGNORECASE
)

_NEGATION = r"(?:not|n['’]t|never|no|avoid|without|nor|cannot|refrain from)"
_STRICTLY_LESS = re.compile(r"(?:under|fewer than|less than|below|shorter than|<)\s*$", re.IGNORECASE)
_AT_MOST = re.compile(
    r"(?:at (?:the )?most|at max(?:imum)?|(?:no|not|nor) (?:\w+ )?(?:more|longer|greater|larger|bigger) than|not? over|"
    r"max(?:imum)?\.?|up to|within|limit\w*\b.{0,40}\bto|keep\b.{0,60}\bto|cap\w*\b.{0,40}\b(?:at|to)|"
    r"restrict\w*\b.{0,40}\bto|confine\w*\b.{0,40}\bto|hold\b.{0,30}\bto|trim\w*\b.{0,30}\bto|maximum (?:length )?of|"
    r"max of|limit of|not exceed(?:ing)?|n['’]t exceed|never exceed|exceed|≤|<=|about|around|roughly|"
    r"approximately|~|some)"
    r"[\s:]*(?:of |a |the )?(?:total of |maximum of |max of )?$",
    re.IGNORECASE,
)
_AT_LEAST = re.compile(
    r"(?:at least|(?:a )?minimum(?: of)?|no (?:fewer|less) than|not (?:fewer|less) than|more than|over|"
    r"longer than|≥|>=?)"
    r"\s*$",
    re.IGNORECASE,
)
_CLAUSE_BREAK = re.compile(r"[,;:](?=\s)|\b(?:and|but|then|with|using)\b")
_POINTING = re.compile(r"\b(?:first|last|next|previous|after|every|another|these|those|of)\s+(?:the )?$", re.IGNORECASE)
_TOTAL_OF = re.compile(
    r"\b(?:max(?:imum)?|minimum|total|limit|list|length|series|set|summary|consists?|consisting|form) of\s+(?:the )?$",
    re.IGNORECASE,
)
_COUNTING_ARTICLE = re.compile(
    r"\b(?:in|with|to|into|as|is|be|give|write|within|just|only|than|return|provide|produce|use|exceed)\s+$",
    re.IGNORECASE,
)
_OR_LESS = re.compile(
    r"\s*(?:or (?:less|fewer|under|shorter)|max(?:imum)?\b|at (?:the )?most|tops|or below|limit\b|in length at most)",
    re.IGNORECASE,
)
_OR_MORE = re.compile(r"\s*(?:or (?:more|longer)|at least|minimum)", re.IGNORECASE)
_UNWANTED = re.compile(
    r"[^.;]{0,20}\b(?:not (?:allowed|accept\w*|permitted|ok|wanted)|forbidden|too long|unacceptable)", re.IGNORECASE
)
_ITEMWISE = re.compile(
    r"\b(?:each|every|per|any|all) (?:\w+ )?(?:bullet(?: point)?|sentence|item|point|line)s?\b|"
    r"\b(?:sentences|bullets|bullet points|items|lines) (?:of|with|under|should|must|shorter|no longer|no more|to)\b|"
    r"\beach (?:no|at most|not|under|max|up to|with|of|being|below|within|less|fewer)\b|"
    r"-word (?:sentences|bullets)\b|\bwords? (?:each|apiece|per \w+)\b",
    re.IGNORECASE,
)
_BRIEF = re.compile(
    r"\b(?:brief(?:ly)?|concise(?:ly|ness)?|succinct(?:ly)?|terse(?:ly)?|pithy|laconic|crisp|compact|snappy|"
    r"to the point|"
    r"in short|as few words as|few words|minimal|no (?:fluff|filler|rambling|padding|unnecessary)|only the answer|"
    r"just the answer|the answer only|nothing (?:more|else)|straight to the)\b|"
    r"\b(?:keep|be|make|stay|remain)\b.{0,40}\b(?:short|tight|lean)\b|"
    r"\b(?:short(?:er)?|small|tight|quick|one-line|bite-sized) (?:and \w+ |, ?\w+ )?(?:answers?|repl(?:y|ies)|"
    r"responses?|summar(?:y|ies)|paragraph)\b|"
    r"\b(?:answers?|repl(?:y|ies)|responses?)\b.{0,30}\b(?:short|tight)\b|\banswer shortly\b|"
    r"\b(?:not|n['’]t|never|avoid|without|(?<!or )(?<!/)no|refrain from)\b.{0,30}\b(?:ramble|rambling|verbos\w*|"
    r"wordy|long-winded|lengthy|long answers?|"
    r"elaborat\w*|unnecessary|extra|detail(?:s|ed)?|explain\w*|explanations?|pad|padding|waffle|waffling)\b",
    re.IGNORECASE,
)
_DETAILED = re.compile(
    r"\b(?:in (?:great |full |more |some |as much )?(?:detail|depth)|in-depth|detailed|thorough(?:ly)?|"
    r"comprehensive(?:ly)?|"
    r"exhaustive(?:ly)?|extensive(?:ly)?|elaborate|at length|as much detail|full(?:y)? explain|long(?:er)? answers?|"
    r"complete (?:and|explanation|picture|answer)|all (?:the )?relevant (?:details|information|facts|conditions))\b",
    re.IGNORECASE,
)
_NEGATED_NEAR = re.compile(
    r"(?:\bnot|n['’]t|\bnever|\bavoid|\bno|\bwithout|\bno need (?:to|for))\b[^,;.]{0,25}$", re.IGNORECASE
)


def read_length(sentence: str, into: Instructions) -> bool:
    """Follow what a sentence says about length. True when it says anything."""
    understood = False
    for match in (*_AMOUNT.finditer(sentence), *_LIMIT_FIRST.finditer(sentence), *_COUNTED.finditer(sentence)):
        span = _span(sentence, match)
        if span is not None:
            _apply(match.group("unit").lower(), span, _clause(sentence, match), into)
            understood = True
    if or_two := _SENTENCE_OR_TWO.search(sentence):
        _apply(or_two.group("unit").lower(), Span(1, 2), _clause(sentence, or_two), into)
        understood = True
    if re.search(r"\bone[- ]?liners?\b|\bin a nutshell\b", sentence, re.IGNORECASE):
        into.sentences = Span(1, 1)
        understood = True
    if re.search(r"\byes\b.{0,6}\bno\b", sentence, re.IGNORECASE) and not understood:
        return False
    return _read_brevity(sentence, into) or understood


def _read_brevity(sentence: str, into: Instructions) -> bool:
    brief = _BRIEF.search(sentence)
    detailed = _DETAILED.search(sentence)
    if detailed and _NEGATED_NEAR.search(sentence[: detailed.start()]):
        into.brevity = "brief"
    elif (
        brief
        and _NEGATED_NEAR.search(sentence[: brief.start()])
        and not re.match(_NEGATION, brief.group(), re.IGNORECASE)
    ):
        into.brevity = "detailed"
    elif brief:
        into.brevity = "brief"
    elif detailed:
        into.brevity = "detailed"
    else:
        return False
    return True


def _span(sentence: str, match: re.Match[str]) -> Span | None:
    """The bounds that an amount and the words around it state; None when it bounds nothing."""
    first = number_of(match.group("n"))
    second = number_of(match.group("m")) if "m" in match.re.groupindex and match.group("m") else None
    before = _CLAUSE_BREAK.split(sentence[: match.start()])[-1]
    points_at_one = _POINTING.search(before) and not _TOTAL_OF.search(before)
    instead_of = re.search(r"\b(?:rather than|instead of)\b[^,;:]*$", before, re.IGNORECASE)
    is_article = match.group("n").lower() in {"a", "an"} and not _COUNTING_ARTICLE.search(before)
    if not first or points_at_one or is_article or instead_of:
        return None
    if match.re is not _AMOUNT:
        return Span(None, first)
    if second is not None:
        return Span(min(first, second), max(first, second))
    if between := re.search(rf"between\s+({_NUMBER})\s+and\s*$", sentence[: match.start()], re.IGNORECASE):
        return Span(number_of(between.group(1)), first)
    after = sentence[match.end() : match.end() + 40]
    if _OR_LESS.match(after) or _UNWANTED.match(after):
        return Span(None, first)
    if _OR_MORE.match(after):
        return Span(first, None)
    return _compared(first, before)


def _clause(sentence: str, match: re.Match[str]) -> str:
    """The clause that holds an amount."""
    before = _CLAUSE_BREAK.split(sentence[: match.start()])[-1]
    return before + match.group() + _CLAUSE_BREAK.split(sentence[match.end() :])[0]


def _compared(number: int, before: str) -> Span:
    """The bounds that the words before a number give it, such as "at most"."""
    negated = bool(re.search(rf"\b{_NEGATION}\b|n['’]t\b", before, re.IGNORECASE))
    if _STRICTLY_LESS.search(before):
        return Span(number, None) if negated else Span(None, max(1, number - 1))
    if _AT_LEAST.search(before) and not _AT_MOST.search(before):
        at_most = negated and not re.search(r"no (?:fewer|less)|not (?:fewer|less)", before, re.IGNORECASE)
        return Span(None, number) if at_most else Span(number, None)
    if _AT_MOST.search(before) or negated:
        return Span(None, number)
    return Span(number, number)


def _apply(unit: str, span: Span, clause: str, into: Instructions) -> None:
    if unit.startswith("sentence"):
        into.sentences = span
    elif unit.startswith("word"):
        if _ITEMWISE.search(clause):
            into.words_per_item = span.most
        else:
            # "In 50 words" asks for about as many; only "at least" asks for more than there is to say.
            into.words = Span(None, span.most) if span.least == span.most else span
    elif unit.startswith(("char", "letter")):
        into.characters = span.most
    elif unit.startswith(("line", "one")):
        into.sentences = span
    elif unit.startswith("paragraph"):
        into.one_paragraph = span.most == 1
        if span.most != 1:
            into.brevity = "detailed"
    else:
        into.items = span
        if into.shape not in {"numbered", "json"}:
            into.shape = "bullets"

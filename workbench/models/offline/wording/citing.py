"""Wordings of citations: whether, how, and where sources are named."""

from __future__ import annotations

import re
from dataclasses import replace

from workbench.models.offline.instructions import CitationStyle, Instructions, Placement
from workbench.models.offline.wording.negation import is_negated

_SOURCE = (
    r"(?:sources?|documents?|docs?|passages?|references?|citations?|excerpts?|snippets?|footnotes?|files?|articles?)"
)
_CITING_WORD = re.compile(
    r"\b(?:cit(?:e|es|ed|ing|ations?)|referenc(?:e|es|ed|ing)|footnot(?:e|es|ed)|attribut(?:e|ed|ion|ions)|"
    r"credit(?:ed)? (?:the|each|your) sources?|in-text|bibliography|source (?:number|name|id|marker|tag|label|"
    r"title|reference|list)s?|"
    r"(?:document|file|passage|doc) (?:number|name|id|title)s?|file ?names?|provenance|sourced|sourcing|"
    r"bracketed (?:numbers?|names?|numerals?|digits?|markers?|tags?|figures?|labels?)|"
    r"(?:numbers?|names|numerals?|digits|markers?|tags) in (?:square |round )?(?:brackets|parentheses))\b",
    re.IGNORECASE,
)
_VERB_AND_SOURCE = re.compile(
    r"\b(?:include|add|give|provide|mention|name|list|append|put|note|indicate|specify|state|identify|mark|link|show|"
    r"point(?:ing)? (?:me |us |the reader |readers? )?to|support|back(?:ed)?(?: up)?|followed|ends?|finish(?:es)?|"
    r"close|label|tag|annotate|"
    r"write|display|supply|attach|refer(?:ring)? (?:me |us |back )?to|followed by)\b"
    rf"[^.;]{{0,50}}?\b(?:the |its |their |your |which |a |each |every |all |what |where )?(?:\w+ )?{_SOURCE}\b",
    re.IGNORECASE,
)
_WHERE_FROM = re.compile(
    r"\b(?:where|which (?:source|document|passage|file|one))\b[^.;]{0,40}\b(?:c[oa]me|comes|from|found|taken|"
    r"supports?|states?|says|relied|used)\b",
    re.IGNORECASE,
)
_BRACKETED = re.compile(
    r"(\[\^?[^\[\]\n]{1,40}\]|【[^】\n]{1,30}】|\((?:(?:source|sources|ref|doc|see):? ?)?(?:\d{1,3}|n|x|name|number|"
    r"file ?name|document name|"
    r"source name|source number|[\w-]+\.[A-Za-z]\w{1,4})\))",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"\b(?:source |document |doc |passage |reference |citation )?(?:number|num|no|nr|index|n|x|i|k|id|#)\b|\d+|#",
    re.IGNORECASE,
)
_NAME_WORDS = re.compile(r"\b(?:names?|titles?|file ?names?|documents?|docs?|files?|source)\b", re.IGNORECASE)
_FILE = re.compile(r"[\w/-][\w /-]*\.[A-Za-z]\w{1,4}(?:#[\w=]+)?")
_BY_NAME = re.compile(
    r"\b(?:source|document|file|doc|passage|article)(?:['’]s)? ?(?:names?|titles?)\b|\bfile ?names?\b|"
    r"\bby (?:name|title|file ?name)\b|"
    r"\bnames? of the (?:source|document|file|article|passage)s?\b|\b(?:name|mention|state|say|tell|"
    r"identify)\b[^.;]{0,25}\b(?:which |the |each |what )*(?:source )?(?:document|file)s?\b",
    re.IGNORECASE,
)
_TIED = re.compile(
    r"\b(?:ground|tie|link|anchor|trace|connect|pin)\b[^.;]{0,20}\b(?:each|every|all)\b[^.;]{0,40}\b(?:sources?|"
    r"passages?|documents?)\b",
    re.IGNORECASE,
)
_NOT_NAMED = re.compile(
    rf"\b{_SOURCE}\b[^.;]{{0,20}}\b(?:not|never|n['’]t)\b[^.;]{{0,12}}\b(?:cited|mentioned|named|listed|included|"
    r"shown|referenced|needed|required|necessary)\b|"
    rf"\bdo(?: not|n['’]t) (?:need|have) to\b[^.;]{{0,20}}\b(?:cite|reference|mention|name)\b",
    re.IGNORECASE,
)
_NOT_CITING = re.compile(
    r"(?:\bdo(?:es)? not|n['’]t|\bnever|\bno|\bwithout(?: any)?|\bomit|\bskip|\bleave out|\bavoid|\bexclude|"
    r"\brefrain from|\bnot|\bstrip|\bremove|\bno need (?:to|for))\b"
    r"(?P<gap>(?: (?:any|the|your|its|all|inline|use|using|contain|containing|have|carry|feature|display|include|"
    r"including|add|adding|give|giving|to|provide|mention|mentioning|put|show|list|numbered|bracketed|name|naming|"
    r"refer(?:ring)? to|reference|that you (?:used|have)|be|with))*)"
    r" (?:cit(?:e|ing|ations?|ed)|references?|referencing|footnotes?|source (?:names?|numbers?|markers?|"
    r"references?)|sources|the sources|attributions?|the documents?|the context)\b",
    re.IGNORECASE,
)
_ONLY_WITH = re.compile(
    r"(?:\bnot|n['’]t|\bnever|\bno (?:claim|answer|statement|sentence|fact)s?)\b[^.;]{0,60}\bwithout\b|"
    r"\bno (?:uncited|unsourced|unreferenced)\b|"
    r"\b(?:not|n['’]t|never) (?:forget|omit|skip|leave out|fail)\b",
    re.IGNORECASE,
)
_MISUSE = re.compile(
    r"\b(?:invent|mak(?:e|ing) up|fabricat|guess|hallucinat|combin|mix|merg|alter|chang|repeat|duplicat|group|bundl)\w*\b|"
    r"\b(?:that|which|you)\b[^.;,]{0,30}(?:\b(?:not|never)\b|n['’]t\b)",
    re.IGNORECASE,
)
_USING_NOT_CITING = re.compile(
    r"^\W*(?:please |always |only |then )*(?:answer|respond|reply|use|using|read|rely|base|refer only|consult|"
    r"stick|ground|given|search|look|ignore|disregard|treat)\b",
    re.IGNORECASE,
)
_EACH = re.compile(
    r"\b(?:each|every|all|any)\b (?:\w+ )?(?:sentences?|claims?|facts?|statements?|bullets?|points?|pieces?|"
    r"assertions?|lines?|items?|figures?|numbers?)|"
    r"\b(?:inline|in-line|in-text|per (?:sentence|claim|fact|statement|bullet))\b|\bimmediately after\b|"
    r"\bright after\b|\bafter (?:the|a) (?:claim|sentence|fact|statement)\b",
    re.IGNORECASE,
)
_AT_END = re.compile(
    r"\b(?:at the (?:very )?(?:end|bottom)(?! of (?:each|every|the sentence|all|a sentence))|(?:end|finish|close|"
    r"conclude) (?:the |your |every |each |with )*(?:answer|response|reply|with)?|"
    r"in the (?:last|final) (?:line|sentence)|on the last line|after (?:the|your) (?:answer|response|reply)|"
    r"as a (?:list|footer))\b",
    re.IGNORECASE,
)
_SQUARE = re.compile(r"\bsquare[- ]brackets?\b|\bbrackets?\b|\bbracketed\b", re.IGNORECASE)
_ROUND = re.compile(r"\bparenthes[ei]s\b|\bparenthetical\b|\bround brackets\b", re.IGNORECASE)


def read_citing(sentence: str, into: Instructions) -> bool:
    """Follow what a sentence says about naming sources. True when it says anything."""
    if _all_forbidden(sentence):
        if not _is_about_how(sentence):
            into.cite = False
        elif into.citation is not None and _AT_END.search(sentence):
            into.citation = replace(into.citation, placement="each")
        return True
    sentence = _without_forbidden(sentence)
    example = _example(sentence)
    cites = bool(_CITING_WORD.search(sentence) or _TIED.search(sentence)) or bool(
        _WHERE_FROM.search(sentence) and not _asks_only(sentence)
    )
    if not cites and _VERB_AND_SOURCE.search(sentence) and not _asks_only(sentence):
        cites = example is not None or not _USING_NOT_CITING.match(sentence)
    if _ONLY_WITH.search(sentence) and cites:
        into.cite = True
    elif not _is_about_how(sentence) and (_NOT_CITING.search(sentence) or _NOT_NAMED.search(sentence)):
        into.cite = False
        return True
    elif not cites and example is None:
        return bool(re.search(r"\b(?:do not|don['’]t|never) combine (?:sources|citations)\b", sentence, re.IGNORECASE))
    else:
        into.cite = True
    into.citation = CitationStyle(_template(sentence, example, into), _placement(sentence, into))
    return True


def _mentions(sentence: str) -> list[re.Match[str]]:
    return [*_CITING_WORD.finditer(sentence), *_BRACKETED.finditer(sentence)]


def _all_forbidden(sentence: str) -> bool:
    """Whether a sentence mentions citations, and each time to forbid something of them."""
    mentions = _mentions(sentence)
    if not mentions and _AT_END.search(sentence):
        mentions = list(_VERB_AND_SOURCE.finditer(sentence))
    return bool(mentions) and all(is_negated(sentence, *mention.span()) for mention in mentions)


def _is_about_how(sentence: str) -> bool:
    """Whether what a sentence forbids is a way or a place of citing, such as "at the end"."""
    return bool(_MISUSE.search(sentence) or _AT_END.search(sentence))


def _without_forbidden(sentence: str) -> str:
    """The sentence without the kinds of citation that it forbids: "by number, never by file name"."""
    mentions = _mentions(sentence)
    forbidden = [mention for mention in mentions if is_negated(sentence, *mention.span())]
    if len(forbidden) == len(mentions):
        return sentence
    for mention in forbidden:
        sentence = sentence[: mention.start()] + " " * len(mention.group()) + sentence[mention.end() :]
    return sentence


def _asks_only(sentence: str) -> bool:
    """Whether the sources are named as what to answer from, or as a condition, and not as what to show."""
    return bool(
        re.search(
            rf"\b(?:what|that|which) (?:the |these )?{_SOURCE} (?:\w+ )?(?:not|\w+n['’]t)\b", sentence, re.IGNORECASE
        )
        or re.search(
            r"\b(?:not|n['’]t|cannot|no|never|nothing|without|outside|only|solely|"
            r"exclusively)\b[^.;]{0,60}\b(?:in|from|by|on|with|within|of|than) (?:the|these|those|any|your|our|"
            r"what)\b",
            sentence,
            re.IGNORECASE,
        )
    )


def _example(sentence: str) -> str | None:
    """The pattern of a citation that the sentence shows, such as [1], [info1.txt] or (source: NAME)."""
    for match in _BRACKETED.finditer(sentence):
        inner = match.group(1).strip("[]()【】")
        if _PLACEHOLDER.search(inner) or _NAME_WORDS.search(inner) or _FILE.search(inner):
            return match.group(1)
    return None


def _template(sentence: str, example: str | None, into: Instructions) -> str:
    if example is not None:
        inner = example[1:-1]
        if (
            _FILE.search(inner)
            or re.search(r"name|title|file", inner, re.IGNORECASE)
            or (_NAME_WORDS.fullmatch(inner.strip("<> ")) and not re.search(r"\d|\bn\b", inner))
        ):
            label, colon, _ = inner.partition(":")
            inner = f"{label}: {{name}}" if colon else "{name}"
        elif re.search(r"\d", inner):
            inner = re.sub(r"\d+.*$", "{n}", inner, count=1)
        elif re.fullmatch(r"[\s<]*[a-z]+[ _-](?:number|num|no|index|id|#)[\s>]*", inner, re.IGNORECASE):
            inner = "{n}"
        else:
            inner = _PLACEHOLDER.sub("{n}", inner, count=1)
        return example[0] + inner.strip("<>") + example[-1]
    kept = into.citation.template if into.citation is not None else None
    left, right = ("(", ")") if _ROUND.search(sentence) else ("[", "]")
    if _BY_NAME.search(sentence):
        return f"{left}{{name}}{right}"
    if re.search(r"\bnumber(?:s|ed)?\b|\bnumeric\w*\b", sentence, re.IGNORECASE):
        return f"{left}{{n}}{right}"
    if _ROUND.search(sentence) or _SQUARE.search(sentence):
        which = "{name}" if kept is not None and "{name}" in kept else "{n}"
        return f"{left}{which}{right}"
    return kept or "[{n}]"


def _placement(sentence: str, into: Instructions) -> Placement:
    if _EACH.search(sentence):
        return "each"
    if at_end := _AT_END.search(sentence):
        return "each" if is_negated(sentence, *at_end.span()) else "end"
    return into.citation.placement if into.citation is not None else "each"

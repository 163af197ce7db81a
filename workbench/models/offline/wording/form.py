"""Wordings of form: JSON, lists, plain text, yes or no, quotations, fixed openings and endings."""

from __future__ import annotations

import json
import re
from typing import Any

from workbench.models.offline.instructions import Instructions, JsonKey, KeyKind
from workbench.models.offline.quotes import QUOTED, quoted
from workbench.models.offline.wording.negation import NEGATION, is_negated

_JSON = re.compile(r"\bjson\b", re.IGNORECASE)
_BULLETS = re.compile(
    r"\b(?:bullet(?:ed)?(?:[- ]?points?)?s?|bullet(?:ed)? lists?|itemi[sz]ed?|unordered list|dash(?:ed)? list|"
    r"lists? of (?:the )?(?:points|facts|items)|as (?:a |an )?(?:short |simple |markdown )*list|"
    r"in (?:a )?list(?: form)?|list (?:form(?:at)?|the (?:points|facts|answers?))|"
    r"(?:one|an?|a single|each|every) (?:\w+ )?(?:fact|point|item|claim|statement) (?:per|(?:on|to) (?:its|an?|one)) "
    r"(?:own |separate |new |single )?(?:line|bullet|dash|row))\b",
    re.IGNORECASE,
)
_LISTS = re.compile(
    r"\b(?:lists?|dash(?:es)?|hyphens)\b(?! (?:of|the|all|your|any|each|every|only|sources?|keys?) ?(?:sources?|"
    r"citations?|references?|documents?|keys?|numbers?|fields?)?)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"\b(?:numbered|ordered) (?:lists?|points|items|steps|lines|bullets|facts|form)\b|\benumerat(?:e|ed|ing|ion)\b|"
    r"\bas numbered\b|\bnumber(?:ing)? (?:the|each|every|your|all)(?: of the| your)? (?:\w+ )?(?:points?|items?|steps?|"
    r"lines?|facts?|bullets?|statements?)\b|\b(?:points|items|steps|lines|facts|bullets)\b[^.;,]{0,25}\bnumbered\b|"
    r"\b(?:points|items|steps|lines|facts|bullets)\b[^.;]{0,40}(?<![\w\[])\(?1[.)]?, ?\(?2\b",
    re.IGNORECASE,
)
_PLAIN = re.compile(
    r"\b(?:plain|raw|unformatted|simple) (?:text|prose)\b|\bplaintext\b|\bno (?:special )?formatting\b|"
    r"\bunformatted\b|\bfull sentences\b|\bcomplete sentences\b|\b(?:flowing|continuous) (?:text|prose)\b|"
    r"\bin prose\b",
    re.IGNORECASE,
)
_NO_MARKDOWN = re.compile(
    rf"{NEGATION}[^.;]{{0,40}}\b(?:markdown|format(?:ting)?(?! (?:of|as))|mark-?up|html)\b", re.IGNORECASE
)
_YES_NO = re.compile(r"\b[\"'“‘*]*yes[\"'”’*]*\s*(?:/|or|,)\s*[\"'“‘*]*no\b", re.IGNORECASE)
_YES_NO_ONLY = re.compile(
    r"\b(?:only|just|nothing (?:else|but)|one word|single word|simply|exactly|solely|bare|either)\b",
    re.IGNORECASE,
)
_YES_NO_LEAD = re.compile(
    r"\b(?:start|starting|begin|beginning|lead|open|opening|prefix|first|then|follow\w*|before|because|"
    r"and (?:explain|give|justify|cite|add|quote|why|state)|plus|with (?:a|an|the|one) (?:\w+ )?(?:reason|"
    r"explanation|sentence|justification))\b",
    re.IGNORECASE,
)
_QUOTE = re.compile(
    r"\b(?:quot(?:e|es|ed|ing|ations?)|verbatim|word[- ]for[- ]word|direct quotations?|exact (?:words|wording|"
    r"passage|text|sentence|phrase)|literally as|copy the|in the (?:source|document)['’]s own words|"
    r"extract the (?:exact|relevant|passage|sentence)|reproduce the)\b",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"\b(?:start|begin|open|lead|preface|prefix|introduce)\b[^.;\"“‘'`]{0,50}?\b(?:with|by (?:saying|writing)|"
    r"the (?:words?|phrase))\b[^\"“‘'`]{0,30}$",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"\b(?:end|finish|close|conclude|sign off|suffix|terminate)\b[^.;\"“‘'`]{0,50}?\b(?:with|by (?:saying|writing|"
    r"adding)|the (?:words?|phrase))\b[^\"“‘'`]{0,30}$",
    re.IGNORECASE,
)
_SAYING = re.compile(r"\b(?:say|write|add|append|put|place|include|state|print|insert)\b[^.;]{0,30}$", re.IGNORECASE)
_PLACE = re.compile(
    r"^\W*(?:at|in|as|to) the (?:very )?(?:(start|beginning|top|front|first (?:words?|line))|end|bottom|"
    r"last (?:words?|line))\b",
    re.IGNORECASE,
)
_AROUND = re.compile(r"\b(?:outside|beyond|around|before|after)\b[^.;]{0,20}$", re.IGNORECASE)
_KEY_WORD = re.compile(r"\b(?:keys|fields|properties)\b", re.IGNORECASE)
_KEY_LABEL = re.compile(
    r"^\W*(?:(?:the|its|required|exact|json|output|object|following|top-level) )*(?:keys|fields|properties)"
    r"(?: (?:are|in order|\([^()]*\)))?\**\s*[:=]\**\s*(?=\S)",
    re.IGNORECASE,
)
_KEYS_ANNOUNCED = re.compile(r"\b(?:keys|fields|properties|attributes|members)\b[^:.;]{0,30}:\s*\S", re.IGNORECASE)
_KEY_LIST = re.compile(
    r"\b(?:keys?|fields?|properties|attributes|members|entries|elements)\b(?:\s+(?:named|called|are|being|of|"
    r"in it|exactly|must be|should be|namely))*\s*[:=]?\s*(?P<list>[^.\n][^\n]*?)(?:[.;](?:\s|$)|$)",
    re.IGNORECASE | re.DOTALL,
)
_LISTED_BEFORE = re.compile(
    r"(?:with|containing|contains|has|having|includ\w+)\s+(?:(?:an?|the|these|this|those|exactly|only|two|three|"
    r"four|following)\s+)*(?P<list>[^.\n]{2,160}?)\s+(?:keys?|fields?|properties|attributes)\b",
    re.IGNORECASE,
)
_KEY = re.compile(r"[\"'“‘`]?([A-Za-z_][\w-]{0,40})[\"'”’`]?\s*(?:\(([^)]{0,60})\)|:\s*([^,;\n]{0,60}))?")
_KEY_LINE = re.compile(
    r"^\s*[-*•\d.)]+\s*[\"'`*]{0,2}([A-Za-z_]\w{0,40})[\"'`*]{0,2}[ \t]*(?:\(([^)]{0,60})\))?[ \t]*(?:[:–—-][ \t]*(.{0,80}))?",
    re.MULTILINE,
)
_MARKED = re.compile(r"[\"“]|(?<!\w)'|'(?!\w)")
_FILLER_TEXT = """
    a an the and or with only exactly key keys field fields value values named called both two three four as is
    are of string json object these this those which that must be should following respectively
    has have having contains containing includes including precisely just
"""
_FILLER = frozenset(_FILLER_TEXT.split())


def read_form(sentence: str, into: Instructions) -> bool:
    """Follow what a sentence says about the answer's form. True when it says anything."""
    if _read_json(sentence, into):
        return True
    readers = (_read_lists, _read_plain, _read_yes_no, _read_quote, _read_fixed_words)
    followed = [reader(sentence, into) for reader in readers]
    return any(followed)


def _read_json(sentence: str, into: Instructions) -> bool:
    mention = _JSON.search(QUOTED.sub(lambda match: " " * len(match.group()), sentence))
    shown = _shown_object(sentence)
    if mention is None and shown is None:
        return _read_keys(sentence, into)
    if mention is not None and shown is None and is_negated(sentence, *mention.span()):
        if _AROUND.search(sentence[: mention.start()]):
            into.shape = "json"
        elif into.shape == "json":
            into.shape = None
        return True
    into.shape = "json"
    keys = shown if shown is not None else _listed_keys(sentence)
    if keys:
        into.json_keys = keys
    return True


def _read_keys(sentence: str, into: Instructions) -> bool:
    """Follow keys named apart from the word JSON: "Keys: a, b.", or any list of keys once JSON is asked for."""
    if not names_keys(sentence) and not (into.shape == "json" and _KEY_WORD.search(sentence)):
        return False
    keys = _listed_keys(sentence)
    if not keys:
        return False
    into.shape, into.json_keys = "json", keys
    return True


def names_keys(sentence: str) -> bool:
    """Whether a sentence is a list of keys under the label "Keys:" or "Fields:"."""
    return bool(_KEY_LABEL.match(sentence))


def _shown_object(sentence: str) -> tuple[JsonKey, ...] | None:
    """The keys of an object that the sentence shows, such as {"answer": "...", "sources": [1]}."""
    start, end = sentence.find("{"), sentence.rfind("}")
    if start < 0 or end < start:
        return None
    inner = sentence[start : end + 1]
    try:
        loaded: Any = json.loads(inner)
    except (ValueError, RecursionError):
        loaded = None
    if isinstance(loaded, dict):
        return tuple(JsonKey(str(key), _kind_of(value)) for key, value in loaded.items()) or None
    found = re.findall(r"[\"'“]?([A-Za-z_]\w{0,40})[\"'”]?\s*:\s*([\[<\"'“{]?[^,}\n]{0,60})", inner)
    return tuple(JsonKey(key, _kind_of_words(hint)) for key, hint in found) or None


def _kind_of(value: Any) -> KeyKind:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, list):
        return "array"
    return _kind_of_words(value) if isinstance(value, str) and value else "unknown"


def _kind_of_words(hint: str) -> KeyKind:
    text = hint.lower()
    if "[" in text or re.search(r"\b(?:list|array)\b", text):
        return "array"
    if re.search(r"\b(?:true|false|bool(?:ean)?)\b", text):
        return "boolean"
    if re.search(r"\b(?:number|integer|int|float|numeric|\d+(?:\.\d+)?)\b", text) and not _MARKED.search(text):
        return "number"
    return "string" if re.search(r"\b(?:string|text|str)\b", text) or _MARKED.search(text) else "unknown"


def _listed_keys(sentence: str) -> tuple[JsonKey, ...]:
    lines = _KEY_LINE.findall(sentence) if "\n" in sentence else []
    if lines:
        return tuple(JsonKey(name, _kind_of_words(f"{note} {words}")) for name, note, words in lines)
    names_quoted = [text for text in quoted(sentence) if re.fullmatch(r"[A-Za-z_][\w-]{0,40}", text)]
    announced = _KEYS_ANNOUNCED.search(sentence)
    order = (_KEY_LIST, _LISTED_BEFORE) if announced else (_LISTED_BEFORE, _KEY_LIST)
    for match in filter(None, (pattern.search(sentence) for pattern in order)):
        found = [
            JsonKey(name, _kind_of_words(f"{note} {words}"))
            for name, note, words in _KEY.findall(match.group("list"))
            if name.lower() not in _FILLER and (not names_quoted or name in names_quoted)
        ]
        if found:
            return tuple(found)
    return tuple(JsonKey(name) for name in names_quoted)


def _read_lists(sentence: str, into: Instructions) -> bool:
    for pattern, shape in ((_NUMBERED, "numbered"), (_BULLETS, "bullets"), (_LISTS, "bullets")):
        mentions = list(pattern.finditer(sentence))
        if not mentions:
            continue
        if all(is_negated(sentence, *mention.span()) for mention in mentions):
            into.shape = "prose" if into.shape != "json" else into.shape
            into.items = None
        elif into.shape != "json":
            into.shape = "numbered" if shape == "numbered" else "bullets"
            if mark := re.search(r"[\"'“`( ]([*•])[\"'”`) ]", sentence):
                into.bullet_mark = mark.group(1)
        return True
    return False


def _read_plain(sentence: str, into: Instructions) -> bool:
    plain = _PLAIN.search(sentence)
    if plain is None and not _NO_MARKDOWN.search(sentence):
        return False
    into.plain_text = True
    if plain is not None and into.shape in {"bullets", "numbered"}:
        into.shape = "prose"
    return True


def _read_yes_no(sentence: str, into: Instructions) -> bool:
    match = _YES_NO.search(sentence)
    if match is None:
        return False
    if re.match(
        r"^\W*(?:for|if|when|where)\b[^,]*$", sentence[: match.end()].strip(), re.IGNORECASE
    ) and not _YES_NO.search(sentence, match.end()):
        # "For yes/no questions, ..." names the case; what to do in it must be said as well.
        if not _YES_NO_LEAD.search(sentence):
            return False
        into.yes_no = "first"
        return True
    if is_negated(sentence, *match.span()):
        into.yes_no = None
        return True
    leads = bool(_YES_NO_LEAD.search(sentence))
    bare = bool(re.search(r"(?:answer|reply|respond|say)\b[^.;,]{0,25}$", sentence[: match.start()], re.IGNORECASE))
    ends = not sentence[match.end() :].strip(" .!\"'”’*)")
    into.yes_no = "only" if not leads and (_YES_NO_ONLY.search(sentence) or (bare and ends)) else "first"
    return True


def _read_quote(sentence: str, into: Instructions) -> bool:
    match = _QUOTE.search(sentence)
    if match is None or re.search(
        r"\b(?:reply|respond|say|answer)\b[^.;]{0,20}\b(?:verbatim|word[- ]for[- ]word)\s*:", sentence, re.IGNORECASE
    ):
        return False
    if re.search(r"\bin (?:double |single )?quotes\b|\bquotation marks\b", sentence, re.IGNORECASE) and not re.search(
        r"\b(?:passage|sentence|source|text)\b", sentence, re.IGNORECASE
    ):
        return False
    into.quote = not is_negated(sentence, *match.span())
    return True


def _read_fixed_words(sentence: str, into: Instructions) -> bool:
    words = [text for text in quoted(sentence) if len(text) <= 200]
    if not words or _YES_NO.search(sentence):
        return False
    before = sentence[: sentence.find(words[0])]
    negated = is_negated(sentence, len(before), len(before) + len(words[0]))
    after = sentence[sentence.find(words[0]) + len(words[0]) :]
    if _SAYING.search(before) and (place := _PLACE.match(after)):
        if place.group(1):
            into.opening = into.opening if negated else words[0]
        else:
            into.closing = into.closing if negated else words[0]
        return True
    if _OPENING.search(before.rstrip("\"'“‘`«")):
        into.opening = into.opening if negated else words[0]
        return True
    if _CLOSING.search(before.rstrip("\"'“‘`«")):
        into.closing = into.closing if negated else words[0]
        return True
    return False

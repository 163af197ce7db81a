"""Wordings of what may be answered: only from the sources, how to decline, when to ask back."""

from __future__ import annotations

import re

from workbench.models.offline.instructions import DEFAULT_REFUSAL, Instructions
from workbench.models.offline.quotes import QUOTED, quoted

SOURCES = (
    r"(?:(?:\w+[ -])?(?:sources?|documents?|docs|documentation|context|passages?|excerpts?|extracts?|materials?|"
    r"snippets?|"
    r"articles?|knowledge base|references?|handbook|chunks?|results?|pages|files?|data|notes|records|evidence|content|"
    r"manual|texts?|information|facts?|polic(?:y|ies)))"
)
_NEG = r"(?:\bnot\b|n['’]t\b|\bcannot\b|\bno\b|\bnever\b|\bnone\b|\bnothing\b|\bneither\b|\bunable to\b|\bfails? to\b|\bwithout\b)"
_LACKING = re.compile(
    rf"{_NEG}[^.;:\"“]{{0,70}}?\b(?:answer\w*|know\w*|found|find|contain\w*|cover\w*|mention\w*|present|availab\w*|"
    r"includ\w*|provid\w*|"
    r"support\w*|state[sd]?|address\w*|enough|sufficient\w*|relevant|help\w*|have|has|hold\w*|there|in|sure|"
    r"certain|confident|"
    r"determin\w*|locat\w*|sources?|documents?|context|match\w*|appl(?:y|ies)|say\w*|specif\w*|give[ns]?|tell\w*|"
    r"evidence|information|listed|suffice|"
    r"supported|deduce\w*|derive\w*|infer\w*|establish\w*)\b|"
    r"\b(?:insufficient|absence|lack\w*|missing|absent|outside(?: of)?|beyond|out of scope|out-of-scope|off-topic|"
    r"unsure|uncertain|"
    r"unanswer\w*|unknown|unrelated|irrelevant|silent|empty|inconclusive|in doubt|fall(?:s)? short|unavailable|"
    r"unsupported|unclear from|otherwise|"
    r"in all other cases|(?:than|instead of) (?:to )?(?:guess|invent|speculat|mak|fabricat)\w*|fail(?:s|ed)? to)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:if|when|whenever|where|wherever|unless|in case|in the absence|should|in the event|in cases|"
    r"for (?:questions?|anything|everything|queries|topics)|"
    r"rather than|instead of|else|otherwise|whatever|any(?:thing)? (?:question )?(?:that|not|outside|else)|"
    r"(?:un)?answerable|out-of-scope|once|than to|(?:questions?|queries|requests|whatever|anything) (?:that|which|"
    r"you|not|outside|beyond))\b",
    re.IGNORECASE,
)
_NOT_ABOUT_SOURCES = re.compile(
    r"\bnot (?:written |asked |phrased )?in (?:english|french|german|spanish|\w+ language)\b|\blanguage\b",
    re.IGNORECASE,
)
_ANSWER_FIELD = re.compile(
    rf"\b(?:answer|response|reply|result|text)[\"'“”`]*\s*(?:to|as|=|:|should be|must be|is)\s*({QUOTED.pattern})",
    re.IGNORECASE,
)
LACKING_QUESTION = re.compile(rf"^[^?]{{0,120}}?(?:{_LACKING.pattern})[^?]{{0,60}}\?\s*(?=\S)", re.IGNORECASE)
"""A condition put as a question, with what to do after it: "Not in the sources? Then say so."."""
_NOTES = r"(?:[^:(\n\"“]|\([^()\n]*\))"
_LABEL = re.compile(
    rf"^\W*(?:the )?(?:refusal|fallback|unanswerable|no[- ]answer|not[- ]found)\b{_NOTES}{{0,40}}:\s*(?P<text>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_REPLY_LABEL = re.compile(
    r"^\W*(?P<label>(?:the |your |an? )?(?:\w+ ){0,2}?(?:answer|reply|response|message|sentence|text|wording|phrase|"
    rf"words?)\b(?:(?![.;]){_NOTES}){{0,100}}):\s*(?P<text>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_ABOUT_SAYING = re.compile(
    r"(?:say|state|reply|respond|answer|declin|refus|admit|tell|write|just|simply)\w*\b", re.IGNORECASE
)
_UNLESS = re.compile(
    r"\bunless\b[^.;]{0,60}\b(?:answer\w*|contain\w*|cover\w*|found|find|mention\w*|support\w*|know|sure|certain|"
    r"includ\w*|"
    r"provid\w*|states?|stated|says?|there)\b",
    re.IGNORECASE,
)
_SAYING = (
    r"(?:say(?:ing)?|reply(?:ing)?|respond(?:ing)?|answer(?:ing)?|state|stating|write|writing|return(?:ing)?|"
    r"output(?:ting)?|"
    r"tell|use|give|print|produce|admit|acknowledge|report|declare|note|explain|inform|let|be|should be|must be|"
    r"is|message|sentence|phrase|line|words?|text|response|"
    r"reply|refusal|fallback)"
)
_ACTION = re.compile(rf"\b{_SAYING}\b", re.IGNORECASE)
_DECLINING = re.compile(
    r"\b(?:declin\w*|refus\w*|abstain\w*|do not answer|don['’]t answer|do not (?:try|attempt)|don['’]t (?:try|"
    r"attempt)|say so|admit\w*|make that clear|be honest|"
    r"apologi[sz]e|acknowledge (?:it|this|that)|let (?:me|us|them|the \w+) know|tell (?:me|us|them|the \w+)|"
    r"state so|state this|say that)\b",
    re.IGNORECASE,
)
_AFTER_COLON = re.compile(
    r"(?:\b(?:with|exactly|verbatim|only|say|reply|respond|answer|return|output|write|state|following|this|"
    r"sentence|phrase|"
    r"message|words|text|response|refusal|is|use|simply|just|literally|fallback|line|print|so)|\bis)"
    r"(?:,? (?:and )?(?:nothing (?:else|more)|no more|only|alone|verbatim|exactly|word[- ]for[- ]word|literally|in full|"
    r"unchanged|as (?:it )?is|instead|below|without (?:any )?\w+|to (?:me|us|the \w+)))*,?\s*(?::|->|→|"
    r"=)\s*(?P<text>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_REPORTED = re.compile(
    r"\b(?:say|saying|state|stating|admit|admitting|acknowledge|tell (?:the \w+|me|us|them)|inform (?:the \w+|me|"
    r"us|them)|reply|respond|answer|"
    r"explain|report|make (?:it )?clear|let (?:the \w+|me|us|them) know|note|declare|indicate)(?: (?:politely|"
    r"simply|just|only|clearly|honestly|with|plainly))*(?: that)? "
    r"(?P<text>(?:you|i|we|it|the|there|this|no|that|your|nothing)\b(?!\s+(?:if|when|unless)\b)[^.;:\"“]*)",
    re.IGNORECASE,
)
_TOKEN = re.compile(
    r"\b(?:say|reply|respond|answer|return|output|write|print|give|put)(?: (?:with|only|just|simply|exactly|"
    r"the word|the token|the text|the string))* "
    r"(?P<text>[A-Z][A-Z_/-]{1,30}|N/A|n/a|null|none|unknown|not found|no answer|I don['’]t know)\b",
)
_CLAUSE_END = re.compile(
    r", (?:don['’]t|do not|never|instead|rather|not)\b.*$|,? (?:if|when|whenever|unless|where|in case|rather than|"
    r"instead of|and (?:do|don['’]t|never|nothing|stop|suggest|ask|then|refer|offer|recommend|point)|"
    r"but|because|based on your)\b.*$",
    re.IGNORECASE,
)
_ONLY_SOURCES = re.compile(
    r"\b(?:only|solely|exclusively|strictly|entirely|purely|just|nothing (?:but|other than|except)|limited|"
    r"confined|restricted|restrict|stick|stay|confine|limit|"
    r"adhere|keep|grounded|must (?:come|be (?:based|drawn|taken|supported|backed|"
    rf"grounded)))\b[^.;]{{0,70}}\b{SOURCES}\b|"
    rf"\b{SOURCES}\b[^.;]{{0,40}}\b(?:only|alone|exclusively|solely|and nothing else)\b|"
    rf"\bnothing (?:but|outside|beyond|that is not|other than)\b[^.;]{{0,40}}\b{SOURCES}\b|"
    r"\b(?:not|n['’]t|never|without|avoid|no)\b[^.;]{0,40}\b(?:outside|external|prior|own|background|general|"
    r"world|pre-?existing|previous|other|additional|training|parametric|personal|extra|further) "
    r"(?:\w+ )?(?:knowledge|information|sources?|data|facts?|assumptions?|training|memory|understanding)\b|"
    r"\b(?:ignore|disregard|forget|set aside) (?:\w+ )?(?:outside|external|prior|own|background|general|world|"
    r"previous) (?:\w+ )?knowledge\b|"
    rf"\b(?:not|n['’]t|never|avoid|without)\b[^.;]{{0,60}}\b(?:not|n['’]t|outside|beyond|"
    rf"absent)\b[^.;]{{0,40}}\b{SOURCES}\b|"
    rf"\b(?:not|n['’]t|never)\b[^.;]{{0,20}}\b(?:go|stray|reach|look|step)\b[^.;]{{0,15}}\b(?:beyond|outside|from)\b",
    re.IGNORECASE,
)
_FORM_WORDS = re.compile(
    r"\b(?:plain|raw|simple) (?:text|content)\b|\b(?:file|document) ?names?\b|\b(?:bullets?|points?|dashes|hyphens|prose|text|lists?) only\b|"
    r"\b(?:only|just|nothing but) (?:\w+ ){0,2}json\b|\bjson only\b",
    re.IGNORECASE,
)
_UNCOVERED = re.compile(
    rf"(?:\bnot|\bnever|n['’]t)\b[^.;]{{0,30}}\b(?:answer|respond|reply|discuss|"
    rf"address)\w*\b[^.;]{{0,40}}\b{SOURCES}\b[^.;]{{0,15}}"
    r"(?:\bnot\b|n['’]t\b|\bcannot\b)|"
    r"(?:\b(?:not|never|refuse to|decline to)|n['’]t) (?:answer|respond|reply|discuss|engage)\w*\b[^.;]{0,40}"
    r"\b(?:unrelated|outside|beyond|off-topic|anything else|not related|other (?:topics|questions|subjects))\b|"
    r"\b(?:not (?:supported|backed|covered|grounded|found)|unsupported|"
    rf"uncovered)\b[^.;]{{0,15}}\b{SOURCES}\b[^.;]{{0,20}}"
    r"\b(?:forbidden|wrong|unacceptable|not (?:allowed|permitted|acceptable))",
    re.IGNORECASE,
)
_NO_INVENTING = re.compile(
    r"(?:\b(?:not|never|no|avoid|without|refrain from|rather than|instead of)|n['’]t)\b[^.;]{0,40}\b(?:mak(?:e|"
    r"ing) (?:\w+ ){0,4}?up|made[- ]up|"
    r"invent\w*|fabricat\w*|guess\w*|speculat\w*|hallucinat\w*|assum\w*|extrapolat\w*|improvis\w*|conjecture)\b",
    re.IGNORECASE,
)
_NEVER_REFUSE = re.compile(
    r"(?:\b(?:not|never|avoid|without)|n['’]t)\b(?:\s+(?!in\b|there\b|found\b|available\b|present\b|know\w*|covered\b|"
    r"answer\w*|mentioned\b|given\b|listed\b|contain\w*|clear\b|sure\b)\w+){0,3}?\s+(?:refus\w*|declin\w*|saying (?:that )?you|"
    r"say (?:that )?(?:you |I )?(?:do not|don['’]t|can['’]t|cannot)|say [\"“']?I don['’]t know|"
    r"leave \w+ unanswered)|"
    r"\b(?:best|educated|reasonable) guess\b|\balways (?:give|provide|offer|answer|attempt|"
    r"try)\b[^.;]{0,40}\b(?:answer|even|something)\b|\beven if\b[^.;]{0,50}\b(?:not|n['’]t|unsure|incomplete)\b",
    re.IGNORECASE,
)
_OWN_KNOWLEDGE = re.compile(
    r"\b(?:use|using|rely on|draw on|from|with|supplement\w*|based on|add)\b[^.;]{0,40}\b(?:your|general|world|"
    r"own|outside|background|prior)\b[^.;]{0,20}\b(?:knowledge|expertise|memory|experience|training)\b|"
    r"\beverything you know\b|\bfrom memory\b|\bwhat you (?:already )?know\b",
    re.IGNORECASE,
)
_IGNORING = re.compile(
    r"\b(?:ignor(?:e|ing)|disregard(?:ing)?|forget|set aside|pay no attention to|do not (?:use|rely on|look at|"
    r"read|consult|consider)|don['’]t (?:use|rely on|look at|read|consult|consider)|"
    rf"never use|without (?:using|looking at|reading|consulting))\s+(?:\w+ ){{0,3}}?(?:{SOURCES}\b(?!['’]| (?:that|which|"
    r"if|unless|when|outside|beyond|not|names?|numbers?|titles?|ids?|markers?|tags?|labels?)\b)|them\b)",
    re.IGNORECASE,
)
_IRRELEVANT = re.compile(
    r"\b(?:irrelevant|unrelated|outside|external|prior|own|other|not relevant|untrusted|instructions?|commands?|"
    r"requests?|duplicate)\b",
    re.IGNORECASE,
)
_SOURCES_ARE_DATA = re.compile(
    r"\b(?:instructions?|commands?|requests?|orders|directions|prompts?)\b[^.;]{0,50}\b(?:in|inside|within|from|"
    r"found|contained|embedded)\b|"
    r"\btreat\b[^.;]{0,50}\bas (?:\w+ )?(?:data|text|content|reference|untrusted|information)\b",
    re.IGNORECASE,
)
_USE_SOURCES = re.compile(
    r"\b(?:us(?:e|ing)|based on|base|from|read|consult|given|with|refer to|according to|in light of|drawing on|"
    rf"rely(?:ing)? on|search)\b[^.;:]{{0,50}}\b{SOURCES}\b",
    re.IGNORECASE,
)
_CLARIFY = re.compile(
    r"\b(?:clarif\w*|follow-?up question (?:first|before)|ask (?:the user |me |them |for |a question |back|which|"
    r"what)|ask the question)\b",
    re.IGNORECASE,
)
_UNCLEAR = re.compile(
    r"\b(?:ambiguous|ambiguity|unclear|vague|clarif\w*|underspecified|more than one (?:meaning|interpretation)|"
    r"several (?:meanings|interpretations|things))\b",
    re.IGNORECASE,
)


def read_refusing(sentence: str, into: Instructions) -> bool:
    """Follow what a sentence says about where answers may come from and how to decline."""
    if _CLARIFY.search(sentence) and re.search(
        r"\bask\w*\b|\brequest\w*\b|\bseek\b|\bclarify\b", sentence, re.IGNORECASE
    ):
        into.clarify = not re.search(
            r"(?:\b(?:not|never|without)|n['’]t)\b[^.;]{0,20}\b(?:ask|clarif)", sentence, re.IGNORECASE
        )
        _read_grounding(_UNCLEAR.sub("", sentence), into)
        return True
    if _SOURCES_ARE_DATA.search(sentence):
        return True
    if _NEVER_REFUSE.search(sentence) and not _NO_INVENTING.search(sentence):
        into.never_refuse = True
        return True
    text = refusal_text(sentence)
    if text is not None:
        into.refusal = into.refusal if text == DEFAULT_REFUSAL and into.refusal else text
        into.never_refuse = False
        _read_grounding(sentence, into)
        return True
    return _read_grounding(sentence, into)


def _read_grounding(text: str, into: Instructions) -> bool:
    sentence = QUOTED.sub(" ", text)
    ignoring = _IGNORING.search(sentence)
    if ignoring and re.search(
        r"(?:\b(?:not|never|no|avoid)|n['’]t)\b[^.;]*$", sentence[: ignoring.start()], re.IGNORECASE
    ):
        # "Do not give answers that don't use the sources."
        into.grounded = True
        return True
    if ignoring and not _IRRELEVANT.search(ignoring.group()):
        into.ignore_sources = True
        return True
    if (
        _ONLY_SOURCES.search(_FORM_WORDS.sub(" ", sentence))
        or _UNCOVERED.search(sentence)
        or _NO_INVENTING.search(sentence)
    ):
        into.grounded = True
        into.ignore_sources = into.own_knowledge = False
        return True
    own = _OWN_KNOWLEDGE.search(sentence)
    if own and re.search(r"(?:\b(?:not|never|no|avoid)|n['’]t)\b[^.;,]{0,30}$", sentence[: own.start()], re.IGNORECASE):
        into.grounded = True
        return True
    if own:
        into.own_knowledge = True
        into.grounded = False
        return True
    return bool(_USE_SOURCES.search(sentence) or ignoring)


def refusal_text(sentence: str) -> str | None:
    """The words to decline with when the sources do not answer, as a sentence asks; None when it does not ask so."""
    outside_quotes = QUOTED.sub(" ", sentence)
    if _NOT_ABOUT_SOURCES.search(outside_quotes):
        return None
    labelled = _labelled(sentence)
    asks_whether = LACKING_QUESTION.match(outside_quotes)
    conditional = bool(_CONDITION.search(outside_quotes) or asks_whether) and bool(
        _LACKING.search(outside_quotes) or _UNLESS.search(outside_quotes)
    )
    admits = re.search(
        r"\b(?:say|admit|state|reply|respond|answer)\b[^.;]{0,20}\byou (?:do not|don['’]t|cannot|can['’]t)",
        outside_quotes,
        re.IGNORECASE,
    )
    if not (conditional or labelled or admits):
        return None
    if field := _ANSWER_FIELD.search(sentence):
        return quoted(field.group(1))[0]
    told = quoted(sentence)
    if told and (_ACTION.search(outside_quotes) or labelled):
        return max(told, key=len) if len(told) > 1 and len(told[0].split()) < 2 else told[0]
    if labelled:
        return labelled.group("text").strip()
    if given := _AFTER_COLON.search(sentence):
        return given.group("text").strip().strip("*_")
    if token := _TOKEN.search(sentence):
        word = token.group("text")
        return "I don't know." if word.lower().replace("’", "'") == "i don't know" else word
    if reported := _REPORTED.search(outside_quotes):
        return _in_first_person(reported.group("text"))
    if _DECLINING.search(outside_quotes):
        unknowing = re.search(r"\byou (?:do not|don['’]t) know\b", outside_quotes, re.IGNORECASE)
        return "I don't know." if unknowing else DEFAULT_REFUSAL
    return None


def _labelled(sentence: str) -> re.Match[str] | None:
    """A label and the words to decline with: "Fallback: ...", or "Reply when nothing is found: ..."."""
    if match := _LABEL.match(sentence):
        return match
    match = _REPLY_LABEL.match(sentence)
    if match is None or not (_CONDITION.search(match.group("label")) and _LACKING.search(match.group("label"))):
        return None
    return None if _ABOUT_SAYING.match(match.group("text")) else match


def _in_first_person(reported: str) -> str:
    """Turn what the reader shall say of itself, "you don't know", into what it says: "I don't know."."""
    text = _CLAUSE_END.sub("", reported).strip().rstrip(",.!")
    if re.fullmatch(
        r"(?:that|this|it|the truth|the following|no)(?: (?:politely|clearly|honestly|openly))?", text, re.IGNORECASE
    ):
        return "No." if text.lower() == "no" else DEFAULT_REFUSAL
    swaps = (
        ("you are", "I am"),
        ("you're", "I'm"),
        ("you were", "I was"),
        ("you've", "I've"),
        ("you", "I"),
        ("your", "my"),
        ("yourself", "myself"),
    )
    for said, saying in swaps:
        text = re.sub(rf"\b{said}\b", saying, text.replace("’", "'"), flags=re.IGNORECASE)
    return f"{text[0].upper()}{text[1:]}."

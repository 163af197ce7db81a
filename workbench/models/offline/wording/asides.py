"""Wordings that the reader cannot follow, and wordings that ask for nothing it could break."""

from __future__ import annotations

import re

from workbench.models.offline.wording.negation import NEGATION, is_negated

_TONES = (
    r"friendly|polite(?:ly)?|formal(?:ly)?|informal(?:ly)?|professional(?:ly)?|casual(?:ly)?|warm(?:ly)?|"
    r"empath\w+|confident(?:ly)?|"
    r"enthusiastic(?:ally)?|playful(?:ly)?|humorous(?:ly)?|funny|cheerful(?:ly)?|sarcastic(?:ally)?|serious|"
    r"neutral|upbeat|courteous(?:ly)?|"
    r"respectful(?:ly)?|encouraging|supportive|conversational|creative|poetic|witty|kind(?:ly)? tone|patient|"
    r"reassuring|persuasive"
)
_TONE = re.compile(
    r"\b(?:be|sound|stay|remain|keep|use|write|answer|reply|respond|speak|talk|communicate|in an?|"
    rf"with an?)\b[^.;]{{0,40}}\b(?:{_TONES})\b|"
    rf"\b(?:{_TONES})\b[^.;]{{0,20}}\b(?:tone|manner|style|voice|language|way)\b|\b(?:tone|voice|"
    rf"style)\b[^.;]{{0,20}}\b(?:{_TONES})\b",
    re.IGNORECASE,
)
_PERSONA = re.compile(
    r"\b(?:pretend|role-?play|act(?:ing)? (?:as|like)|speak(?:ing)? (?:as|like)|talk(?:ing)? like|"
    r"sound(?:ing)? like|in the (?:style|voice|manner) of|like an? (?:pirate|lawyer|teacher|child|poet|\w+ would)|"
    r"take on the (?:role|persona)|persona|adopt)\b",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(
    r"\b(?:in|into|to|use) (?:\w+ )?(?:French|German|Spanish|Italian|Portuguese|Dutch|Polish|Czech|Swedish|Danish|"
    r"Norwegian|Finnish|Greek|Turkish|Russian|"
    r"Ukrainian|Chinese|Mandarin|Japanese|Korean|Arabic|Hebrew|Hindi|Latin|Pig Latin|Romanian|Hungarian|Welsh|Gaelic|"
    r"Catalan|Basque|Icelandic|Thai|Urdu|Bengali|Tamil|Swahili|Afrikaans|Malay|Farsi|"
    r"(?!British\b|English\b)(?-i:[A-Z])[a-z]+(?:ish|ese|ian))\b|"
    r"\btranslat\w+\b|\bpig latin\b|"
    r"\b(?:in|using|match\w*) the (?:same )?(?:language|locale)\b|\b(?:user|question|customer)['’]s language\b|"
    r"\bsame language\b",
    re.IGNORECASE,
)
_READERSHIP = re.compile(
    r"\b(?:simple|plain|everyday|easy|accessible|non-technical|lay) (?:\w+ )?(?:terms|english|language|words)\b|"
    r"\b(?:lay(?:man|person)\w*|five-year-old|ELI5|jargon|reading level|grade level|beginners?|"
    r"easy to (?:understand|read|follow))\b|\bfor an? (?:child|beginner|expert|novice|executive|non-\w+)\b",
    re.IGNORECASE,
)
_FORMATS = re.compile(
    r"\b(?:tables?|tabular|csv|tsv|xml|yaml|latex|html|headings?|headers?|sub-?headings?|bold(?:ed)?|italics?|"
    r"emojis?|emoticons?|code blocks?|markdown(?! (?:bullets?|(?:bulleted |numbered )?lists?))|hashtags?|rhym\w+|"
    r"poem|haiku|limerick|song|upper ?case|capital letters|all caps|lower ?case)\b",
    re.IGNORECASE,
)
_THINKING = re.compile(
    r"\b(?:step[- ]by[- ]step|chain[- ]of[- ]thought|reason(?:ing)?(?: through)?|think (?:carefully|through|"
    r"before|hard|about)|deep breath|scratchpad|show your work|justify|explain (?:why|your|how|the reason)|"
    r"rationale)\b",
    re.IGNORECASE,
)
_EXTRAS = re.compile(
    r"\b(?:give|include|add|offer|suggest|provide|append|recommend|propose|end with|finish with|mention|"
    r"ask)\b[^.;]{0,40}\b(?:examples?|follow-?up questions?|next steps?|disclaimer|warning|caveats?|advice|"
    r"recommendations?|analog(?:y|ies)|metaphors?|joke|"
    r"confidence|summary|tips?|alternatives?|contact|links?|urls?|greeting|today['’]s date)\b|"
    r"\b(?:summari[sz]e|compare|rewrite|rephrase|paraphrase|calculate|compute)\b[^.;]{0,30}\b(?:answer|question|"
    r"options|in your own words|words|the result|totals?|sources?)\b|\bin your own words\b|"
    r"\b(?:second|first|third) person\b|\b(?:active|passive) voice\b|\b(?:past|present) tense\b|"
    r"\baddress (?:the )?(?:user|customer|reader|employee)\b|\bby (?:their )?name\b",
    re.IGNORECASE,
)
_UNSUPPORTED = (_TONE, _PERSONA, _LANGUAGE, _READERSHIP, _FORMATS, _THINKING, _EXTRAS)

_NEVER_DONE = re.compile(
    rf"{NEGATION}[^.;]{{0,45}}\b(?:emojis?|emoticons?|tables?|headings?|headers?|bold|italics?|markdown|html|"
    r"preambles?|introduct\w+|intro|greet\w*|small talk|filler|fluff|chit-?chat|"
    r"repeat\w*|restat\w*|rephras\w*|paraphras\w*|opinions?|opinionated|apologi\w+|disclaimers?|explanations?|"
    r"explain|comment(?:s|ary)?|links?|urls?|code (?:fences?|blocks?)|backticks|tools?|advice|"
    r"pleasantries|sign-?offs?|closing|jokes?|exclamation|jargon|caps|examples?|thinking|reasoning|extra text|"
    r"additional text|other text|anything else|contradict\w*|promise\w*|execute|obey|reveal|disclose|"
    r"follow-?up questions?|conversational|chatty|contractions|translate|add (?:any|your)|change|alter|modify|"
    r"personal)\b|\bnothing else\b|\bno other text\b",
    re.IGNORECASE,
)
_SATISFIED = re.compile(
    r"\b(?:answer|respond|reply|write|speak|use) (?:only |always )?in (?:british |american |us |uk )?english\b|"
    r"\b(?:be|stay|remain) (?:accurate|factual|precise|truthful|honest|faithful|correct|helpful|specific|clear|"
    r"direct|objective|relevant|on topic|consistent|deterministic)\b|"
    r"\b(?:accurate(?:ly)?|factual(?:ly)?|truthful(?:ly)?|faithful(?:ly)?|directly|clearly|precisely)\b|"
    r"\bclear\b[^.;]{0,20}\b(?:language|answers?|way)\b|\bcopy\b|"
    r"\b(?:answer|help|assist|support|handle|respond to)\b[^.;]{0,40}\b(?:questions?|queries|requests|customers?|"
    r"employees?|users?|colleagues)\b|\b(?:answer|address|respond to|reply to|handle) (?:the|this|my|each|every|"
    r"all|any|a|their|user|customer|employee|questions?)\b|\bhelp (?:the |our )?\w+|\bfocus on the question\b|"
    r"\bfirst read\b|\bread (?:the|each|all|every)\b|\bcheck (?:the|each|every)\b|"
    r"\b(?:use|consider|look at|check|combine|consult|read|review|search) (?:\w+ ){0,2}(?:all|every|each|several|"
    r"multiple|relevant)\b[^.;]{0,30}\b(?:sources?|documents?|passages?|excerpts?)\b|"
    r"\b(?:ignore|disregard|skip|leave out) (?:\w+ )?(?:irrelevant|unrelated|other)\b|\buse the exact (?:numbers?|"
    r"figures?|amounts?)\b|\b(?:include|state|mention|give|keep|report) (?:any |all |the |relevant |exact |"
    r"specific )*(?:conditions?|exceptions?|numbers?|amounts?|dates?|deadlines?|figures?|limits?|units?)\b",
    re.IGNORECASE,
)


def asks_for_more(sentence: str) -> bool:
    """Whether a sentence, besides what else it says, asks for tone, persona, language or anything not followed."""
    for pattern in _UNSUPPORTED:
        for match in pattern.finditer(sentence):
            forbidden = is_negated(sentence, match.start(), match.end())
            if not forbidden and not re.match(NEGATION, match.group(), re.IGNORECASE):
                return True
    return False


def asks_nothing(sentence: str) -> bool:
    """Whether a sentence asks only for what an extracting reader does anyway, or forbids what it never does."""
    return bool(_NEVER_DONE.search(sentence) or _SATISFIED.search(sentence))

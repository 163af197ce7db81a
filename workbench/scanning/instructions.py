"""Instructions aimed at a model that reads the text: sentences that speak to it instead of to a reader.

A phrase counts when a text about the world hardly ever has it. Requests that a reader might make of anybody (`Explain
how solar panels work.`) are not told apart from text, and a text about prompts has such phrases as examples.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from workbench.domain.scan import Severity
from workbench.scanning.places import Place, Rule


@dataclass(frozen=True)
class Phrase:
    """One pattern and the words without which it cannot match, so that most texts are passed over quickly."""

    words: tuple[str, ...]
    """In lower case; one of them must be there."""
    source: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when a text has one of the words."""
        return re.compile(self.source, re.IGNORECASE | re.MULTILINE)

    def find(self, text: str, lower: str) -> Iterator[re.Match[str]]:
        """The places in a text, which is given in lower case too."""
        if any(word in lower for word in self.words):
            yield from self.pattern.finditer(text)


def _phrase(words: str, pattern: str) -> Phrase:
    return Phrase(tuple(words.split("|")), pattern)


_GAP = r"[\s,:;*\"'“”‘’<>\[\]()-]{1,4}"
"""What stands between two words, mark-up included. No character of a word is in it, so that there is one way to read."""
_FEW = rf"(?:\w{{1,24}}{_GAP}){{0,4}}?"
"""Up to four words."""
_ORDERS = r"(?:instruct\w{0,6}|prompts?|rules?|directives?|guidelines?|commands?|orders|programming|constraints?|restrictions?)"
_BEFORE = r"(?:previous|prior|above|earlier|preceding|foregoing|initial|original|existing|system|all|any|your|these|those|my|other)"
_SAY = r"(?:say|state|print|output|respond|reply|answer|write|tell|return|declare|claim|respond|repeat|recommend)"
_MODEL = r"(?:ai|a\.i\.|llms?|language models?|chatbots?|assistants?|chatgpt|gpt(?:-?\d\w{0,3})?|claude|gemini|copilot|bots?)"

_OVERRIDES = (
    _phrase(
        "ignor|disregard|forget|overrid|overrul|bypass|neglect|discard|supersed",
        rf"(?<!not )(?<!n['’]t )(?<!never )\b(?:ignor|disregard|forget|overrid|overrul|bypass|neglect|discard|supersed)\w{{0,4}}{_GAP}"
        rf"{_FEW}{_BEFORE}{_GAP}{_FEW}{_ORDERS}\b",
    ),
    _phrase(
        "ignor|disregard|forget",
        rf"\b(?:ignore|disregard|forget){_GAP}(?:the|this|that|all|everything|anything|what){_GAP}{_FEW}"
        rf"(?:and|then|instead){_GAP}(?:instead{_GAP}|just{_GAP}|only{_GAP})?{_SAY}\b",
    ),
    _phrase(
        "ignor|disregard|forget",
        rf"\b(?:ignore|disregard|forget){_GAP}(?:all|everything|anything)(?:{_GAP}(?:of|that|you|which)){{0,3}}{_GAP}"
        rf"(?:(?:the|was|came|is|stands?|have|been|were){_GAP}){{0,4}}"
        r"(?:above|before|told|said|previously|learned)\b",
    ),
    _phrase(
        "ignor|disregard|forget",
        rf"(?<!not )(?<!n['’]t )(?<!never )\b(?:ignore|disregard|forget){_GAP}{_FEW}(?:instructions?|prompts?|directives?)"
        rf"{_GAP}(?:(?:that|which|you|were|was|are|have|been|given){_GAP}){{0,4}}?(?:above|before|so far|previously|given)\b",
    ),
    _phrase(
        "ignor|disregard|forget",
        rf"(?<!not )(?<!n['’]t )\b(?:ignore|disregard|forget){_GAP}(?:all|the|these|those|any|your){_GAP}(?:other{_GAP})?"
        r"(?:sources?|context|passages?|documents)\b",
    ),
    _phrase(
        "follow|obey|listen|adhere|comply",
        rf"\b(?:do not|don['’]t|stop|never|no longer|cease to){_GAP}(?:follow|obey|listen to|adhere to|comply with)\w{{0,3}}"
        rf"{_GAP}{_FEW}(?:previous|prior|above|earlier|initial|original|system|your){_GAP}{_FEW}{_ORDERS}\b",
    ),
    _phrase(
        "instruct",
        rf"\b(?:new|real|actual|updated|true|revised){_GAP}(?:instructions?|orders|directives?|task)"
        rf"(?:{_GAP}(?:are|is|follow|for you|from)|\s?:)",
    ),
    _phrase(
        "listen to my|obey my|follow my|obey me|listen to me",
        rf"\b(?:must|have to|should|will){_GAP}{_FEW}(?:listen to|obey|follow){_GAP}(?:me|my)\b",
    ),
)
_OTHER_LANGUAGES = (
    _phrase(
        "ignorier|vergiss|vergessen sie|missacht",
        r"\b(?:ignorier\w{0,4}|vergiss|vergessen sie|missacht\w{0,4})\b[^.!?\n]{0,50}(?:anweisung|instruktion|befehl|vorgabe|regeln)",
    ),
    _phrase(
        "ignore|oubli",
        r"\b(?:ignore[zr]?|ignorons|oublie[zr]?)\b[^.!?\n]{0,50}(?:instructions|consignes?|directives?|ordres)\b",
    ),
    _phrase(
        "ignorez",
        r"\bignorez\b[^.!?\n]{0,50}\b(?:et|puis)\b[^.!?\n]{0,20}\b(?:indiquez|dites|déclarez|répondez|affirmez)",
    ),
    _phrase(
        "ignor|olvid|haz caso omiso",
        r"\b(?:ignor[ae]\w{0,3}|olvid[ae]\w{0,3}|haz caso omiso)\b[^.!?\n]{0,50}(?:instruccion|indicacion|órdenes)",
    ),
    _phrase("ignor", r"\bignora\b[^.!?\n]{0,40}\by\b[^.!?\n]{0,15}\b(?:di|declara|responde|indica|afirma)\b"),
    _phrase("ignor|dimentic", r"\b(?:ignor[ai]\w{0,3}|dimentic[ah]\w{0,3})\b[^.!?\n]{0,50}istruzion"),
    _phrase("ignor|esque", r"\b(?:ignor[ea]\w{0,3}|esque[çc]\w{0,4})\b[^.!?\n]{0,50}instruç"),
    _phrase("negeer|vergeet", r"\b(?:negeer|vergeet)\b[^.!?\n]{0,50}(?:instructie|aanwijzing|opdracht)"),
    _phrase("игнорир|забуд", r"(?:игнорир|забуд)\w{0,6}[^.!?\n]{0,50}(?:инструкци|указани|команд)"),
    _phrase(
        "忽略|无视|忽視|無視|忘记",
        r"(?:忽略|无视|忽視|無視|忘记)[^。！？\n]{0,15}(?:指示|指令|提示|说明|規則|规则|命令)",
    ),
    _phrase(
        "無視|忘れ",
        r"(?:指示|命令|プロンプト|指令)[^。！？\n]{0,12}(?:無視|忘れ)|無視し(?:て|、)[^。！？\n]{0,60}(?:述べ|言っ|答え|出力)",
    ),
    _phrase("무시|잊", r"(?:지시|명령|지침)[^.!?\n]{0,12}(?:무시|잊)"),
    _phrase("تجاهل", r"تجاهل[^.!?\n]{0,25}(?:التعليمات|الأوامر)"),
)
_ROLES = (
    _phrase(
        "you are now|you're now|from now on|henceforth",
        rf"\byou(?:['’]re|{_GAP}are){_GAP}now{_GAP}(?:an?|in|the|called|going|no longer|free|acting|my|[A-Z]{{2,}})\b"
        rf"|\b(?:from now on|henceforth){_GAP}(?:you|respond|reply|answer|act)\b",
    ),
    _phrase(
        "pretend|roleplay|role-play|immerse yourself|act as|act like",
        rf"\b(?:pretend|roleplay|role-play){_GAP}(?:to be|that you|you are|as)\b"
        rf"|\bact (?:as|like) (?:an?{_GAP})?(?:unrestricted|unfiltered|uncensored|evil|dan\b|if you (?:have|had) no)"
        rf"|\bimmerse yourself{_GAP}in",
    ),
    _phrase(
        "anything now|jailbreak|developer mode|stay in character|break character|broken free|strive to avoid norms",
        r"\bdo anything now\b|\bjail ?broken\b|\bdeveloper mode (?:enabled|on|activated)|\bstay in character\b"
        r"|\bbreak(?:ing)? character\b|\bbroken free of\b|\bstrive to avoid norms\b",
    ),
    _phrase(
        "mode|override",
        r"\b(?:system|admin(?:istrator)?|security|maintenance|debug|developer|god|sudo|root) ?-?(?:override|mode)"
        r"(?:\b[^.\n]{0,20}\b(?:activated|enabled|engaged|on|initiated)\b|\s?[>\]:!]| mode\b)"
        r"|\b(?:entering|enter|activate|you are (?:now )?in) (?:\w{1,20} ){0,2}(?:override|maintenance|developer|system|debug|god) ?"
        r"(?:mode|override)?\b",
    ),
)
_EXTRACTION = (
    _phrase(
        "system prompt|system message|instructions|initial prompt|system config|initialization string|configuration",
        rf"\b(?:repeat|reveal|print|show|output|display|leak|disclose|share|encode|translate|recite|expose|dump){_GAP}(?:me{_GAP})?"
        rf"{_FEW}(?:(?:your|the){_GAP}(?:full{_GAP}|hidden{_GAP}|secret{_GAP})?(?:system (?:prompt|message|instructions|configuration)"
        rf"|(?:initial|starting|original|hidden|secret|previous){_GAP}(?:prompt|instructions?))|your (?:instructions|configuration|prompt)\b"
        r"|instructions you were given|system configuration|initialization string|initial prompt)",
    ),
    _phrase(
        "word for word|text above|the above text|told before this|in the system prompt",
        rf"\brepeat{_GAP}{_FEW}(?:conversation|text above|above text|in the system prompt|word for word)\b"
        r"|\b(?:output|print|repeat) the (?:text above|above text)|\bwhat were you told before this",
    ),
    _phrase(
        "your initial|your instructions|your original|your system",
        r"\bwhat (?:are|were|is|was)\b[^.?\n]{0,30}\byour (?:initial|original|system|secret|hidden|starting) (?:instructions?|prompts?)",
    ),
)
_ADDRESSED = (
    _phrase(
        "ai|llm|model|assistant|gpt|claude|gemini|bot|copilot",
        rf"\b(?:attention|notice|note|message|instructions?|reminder|command|important)[\s:,!-]{{1,3}}(?:to|for)?\s?"
        rf"(?:all\s|any\s|the\s)?{_MODEL}(?:\s?(?:assistants?|models?|agents?|systems?|reading this|processing this))?[\s]?[:,!.]",
    ),
    _phrase(
        "who |that |which |reader|reading |processing |summarizing |summarising |parsing ",
        rf"\b(?:{_MODEL}|automated systems?|agents?|crawlers?)\s(?:(?:who|that|which)\s"
        r"(?:\w{1,20}\s){0,2}?(?:read|process|summari[sz]|index|pars|analy[sz])\w{0,3}\s(?:this|it|the)\b"
        r"|(?:reading|processing|summari[sz]ing|parsing)\s(?:this|it)\b|readers?\s?:)",
    ),
    _phrase(
        "system:|system :|system*|system_",
        r"^[ \t>*_#]{0,6}system[ \t*_]{0,3}:[^\n]{0,80}?\b(?:you(?:r|['’]re)?|the user|must|ignore|disregard)\b",
    ),
    _phrase(
        "if you are a|if you're a|if you are the",
        rf"\bif you(?:['’]re| are) (?:an? |the )(?:\w{{1,20}}\s){{0,2}}{_MODEL}\b",
    ),
    _phrase(
        "the user |the reader ",
        r"\b(?:tell|inform|convince|direct|instruct) the (?:user|reader) (?:to|that|they)\b[^.\n]{0,80}"
        r"(?:password|account|click|visit|go to|link|http|www\.|\.com|card|download|call|log ?in|pay|write to|@)"
        r"|\bask the user for (?:their|his|her|the) (?:\w{1,20} ){0,2}(?:password|card|account|pin|ssn|credentials)",
    ),
    _phrase(
        "the user|anyone|these instructions|this instruction|this message",
        r"\b(?:do not|don['’]t|never|without) (?:tell|inform|mention|reveal|disclos|alert|notify|let)\w{0,3}\b[^.\n]{0,30}"
        r"(?:the user\b|anyone\b|these instructions|this instruction|this message)",
    ),
    _phrase(
        "summary|summariz|summaris|response|answer|reply|output",
        rf"\b(?:when|if|before|while|instead of){_GAP}(?:you{_GAP})?(?:are{_GAP})?(?:asked{_GAP}to{_GAP})?"
        rf"(?:summari[sz]|answer|respond|reply|translat)\w{{0,4}}{_GAP}(?:this|the|about this){_GAP}"
        rf"(?:document|page|text|email|e-mail|article|file|webpage)\b[^.\n]{{0,60}}\b(?:you must|always|instead|also|do not|include|say)\b",
    ),
)
_SENDING = (
    _phrase(
        "send|forward|upload|post|transmit|exfiltrat|email",
        rf"\b(?:send|forward|upload|post|transmit|exfiltrat\w{{0,3}}|e-?mail){_GAP}{_FEW}"
        r"(?:conversation|chat history|chat log|user'?s? (?:data|details|information|messages?|password)|passwords?|api keys?"
        r"|credentials|system prompt|(?:full )?(?:context|transcript)|it|them|this|everything|all of it|data)"
        r"\b[^\n]{0,80}?\bto\b[^\n]{0,20}?(?:https?://|www\.|[\w.+-]{1,64}@[\w-]{1,63}\.)",
    ),
)
_ANSWERING = (
    _phrase(
        "your answer|your response|your reply",
        r"(?:^|[.!?:;>\"'“‘(-])\s{0,3}(?:please |also |always |then |don['’]t forget to |make sure to |be sure to )?"
        r"(?:add|anagram|append|augment|combine|convert|embed|end|enhance|group|include|incorporate|insert|integrate|introduce"
        r"|jumble|misspell|modify|mention|provide|rearrange|remove|render|replace|scramble|start|begin|substitute|use|write)\b"
        r"(?:[^.!?\n]|[.!?](?=\w)){0,160}?\byour (?:answer|response|reply)\b",
    ),
    _phrase(
        "question|message|request|quer",
        r"\b(?:answer|reply to|respond to) (?:all|every|each|any) (?:\w{1,20} ){0,2}?(?:questions?|messages?|requests?|quer(?:y|ies))"
        r" (?:with|by saying|by writing)\b",
    ),
    _phrase(
        "nothing else|nothing more|nothing but",
        r"\b(?:reply|respond|answer|say|output|write|print|return)\b[^.!?\n]{0,60}?\bnothing (?:else|more|but)\b",
    ),
    _phrase(
        "in your answer|in your response|in your reply",
        r"\bin your (?:answer|response|reply),\s(?:also )?"
        r"(?:add|include|mention|suggest|tease|say|state|recommend|urge|tell|link|promote|encourage|write|use)\b",
    ),
)
_MARKUP = re.compile(
    r"<\|(?:im_start|im_end|system|user|assistant|start_header_id|end_header_id|eot_id|endoftext|begin_of_text)\|>"
    r"|<<SYS>>|\[/?INST\]|</?system_prompt>|<\|?(?:system|admin) ?(?:mode|override|prompt)\|?>"
    r"|^[ \t]{0,3}(?:#{1,4} ?|\[|<)(?:system|assistant)(?: (?:prompt|message|note|instructions?|override))?(?:\]|>|:)",
    re.IGNORECASE | re.MULTILINE,
)
_IMAGE = re.compile(
    r"!\[[^\]\n]{0,200}\]\(\s?https?://[^)\s]{1,300}?[?&](?:q|query|data|d|info|secret|token|msg|message|text|content|conv\w{0,12}"
    r"|chat\w{0,12}|prompt|history|context|summary|user\w{0,12}|email|key|payload|leak|exfil\w{0,8}|answer|session)=[^)\s]{0,300}\)"
    r"|!?\[[^\]\n]{0,200}\]\(\s?https?://[^)\s]{1,300}?[?&/=](?:\{{1,2}|\[|<|%7B|\$\{)[^)\n]{1,120}\)",
    re.IGNORECASE,
)
# What is to be put into the address stands there in capitals. Case counts here.
_IMAGE_WITH_GAP = re.compile(r"!\[[^\]\n]{0,200}\]\(\s?https?://[^)\s]{1,300}?[?&]\w{1,20}=[A-Z][A-Z_]{2,30}\)")


GROUPS: tuple[tuple[str, Severity, tuple[Phrase, ...]], ...] = (
    ("takes back other instructions", "high", _OVERRIDES + _OTHER_LANGUAGES),
    ("gives the model another role", "medium", _ROLES),
    ("asks for the model's instructions", "high", _EXTRACTION),
    ("speaks to a model", "medium", _ADDRESSED),
    ("has data sent away", "high", _SENDING),
    ("says what an answer should hold", "low", _ANSWERING),
)
"""What is said of a place, how bad it is, and the phrases."""


def commands(text: str) -> bool:
    """Whether a text commands a model by any of the phrases."""
    lower = text.lower()
    return any(True for _, _, group in GROUPS for phrase in group for _ in phrase.find(text, lower))


def _rule(name: str, severity: Severity, group: tuple[Phrase, ...]) -> Rule:
    def find(text: str) -> Iterator[Place]:
        lower = text.lower()
        for phrase in group:
            for found in phrase.find(text, lower):
                yield Place(*found.span())

    return Rule("instruction", name, severity, find)


def model_markup(text: str) -> Iterator[Place]:
    """Marks that separate the turns of a conversation in a model's input."""
    for found in _MARKUP.finditer(text):
        yield Place(*found.span())


def leaking_images(text: str) -> Iterator[Place]:
    """Images and links whose address would carry what a model was told to put into it."""
    if "](" in text:
        for pattern in (_IMAGE, _IMAGE_WITH_GAP):
            for found in pattern.finditer(text):
                yield Place(*found.span())


RULES = (
    *(_rule(*group) for group in GROUPS),
    Rule("instruction", "looks like the mark-up of a model's input", "medium", model_markup),
    Rule("instruction", "image or link that carries data away", "medium", leaking_images),
)

"""Tells instructions from descriptions, headings and questions by the grammar of a sentence."""

from __future__ import annotations

import re

from workbench.text.words import STOP_WORDS

_VERBS_TEXT = """
    abstain acknowledge act add address adhere admit adopt aim analyse analyze answer apologise apologize append
    ask assess assume attach attribute avoid back base be begin bold break calculate cap choose cite clarify
    classify close combine compare compose compute condense confine consider convert convey copy count create
    cut decline deliver describe detail detect direct discuss disregard do don't double-check draft elaborate
    emphasise emphasize end ensure enumerate escalate evaluate exclude expand explain express extract finish
    focus follow footnote forget form format generate give go greet ground group guess help highlight hold
    identify ignore imagine include indicate insert itemise itemize justify keep lead leave let limit link list
    locate maintain make mark match mention mirror name never note number offer omit open order organise
    organize output paraphrase phrase pick place point predict prefer prefix prepend present pretend prioritise
    prioritize produce provide put quote raise rank rate read recommend redirect refer reference reflect refrain
    refuse rely remain remember remind repeat rephrase reply report resist respond restate restrict return
    rewrite round say score search select separate set shorten show sign simplify skip sort sound source speak
    specify split start state stay stick stop strive structure suffix suggest summarise summarize supply support
    surround tag take talk tell thank think transform translate treat trim try use verify wrap write
"""
_VERBS = frozenset(_VERBS_TEXT.split())
_LEADS = re.compile(
    r"^(?:[-*•–>#\s]+|(?:instructions?|task|rules?|constraints?|requirements?|guidelines?|output format|"
    r"answer format):|\(?\d{1,2}[.)]\s+|\(?[a-z]\)\s+|\*\*[^*]{1,40}\*\*:?\s*|"
    r"(?:please|kindly|also|then|finally|lastly|firstly|secondly|additionally|moreover|furthermore|importantly|"
    r"however|instead|always|strictly|briefly|simply|just|only|clearly|politely|concisely|carefully|and|but|or|so|"
    r"otherwise|now|first|second|third|next|important|note|warning|critical|rule|reminder|remember|tip|"
    r"in addition|(?:based on|using|given|according to|from|with|considering) [^,:]{1,60}(?=,)|"
    r"above all|as a rule|where possible|if possible|when possible|at all times|make sure|be sure|ensure|"
    r"remember to|be sure to|make sure to|make sure that you|make sure you|you (?:must|should|shall|will|need to|"
    r"have to|are to|are required to|are asked to|are expected to|ought to|can|may|might)(?: always| only| also)?|"
    r"your (?:job|task|goal|role|aim|mission|duty) is to|i want you to|i need you to|i'd like you to|we want you to|"
    r"it is (?:important|essential|crucial|vital) (?:that you|to)|try to|feel free to|(?:can|could|"
    r"would) you(?: please)?)"
    r"\b[\s,:;–-]*)+",
    re.IGNORECASE,
)
_ABOUT_THE_ANSWER = re.compile(
    r"\b(?:your|the|an?|each|every|all|any|final|this) (?:\w+ ){0,2}?(?:answers?|responses?|repl(?:y|ies)|output|tone|"
    r"style|language|format|claims?|statements?|facts?|sentences?|citations?|bullets?|wording)\b[^.]{0,60}?"
    r"\b(?:must|should|shall|has to|have to|needs? to|is|are|be|may|can|cannot|can't|will|ought)\b|"
    r"^(?:answers?|responses?|replies|output|citations?|sentences|bullets|claims|tone|style|language|format|length|"
    r"persona|audience|voice)\b[^.]{0,40}(?:\b(?:must|should|shall|have to|need|are|is|may|can|will|in)\b|:)|"
    r"\b(?:must|should|shall|need to|have to|has to|ought to)(?: not| never| always| only)? (?:be |have |not )?[a-z]+",
    re.IGNORECASE,
)
_NEGATED_START = re.compile(
    r"^(?:do not|don['’]t|never|no|not|avoid|without|under no circumstances|nothing|must not|you (?:must not|"
    r"mustn['’]t|"
    r"should not|shouldn['’]t|may not|cannot|can['’]t|will not|won['’]t|are not (?:allowed|permitted)|never))\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"^(?:if|when|whenever|where|unless|in case|should|for (?:yes|any|all|each|every|questions|the)\b|"
    r"in the event|once|whether|while|after every|after each|in cases?)\b",
    re.IGNORECASE,
)
_QUESTION_START = re.compile(
    r"^(?:and |but |so |also |then |or |hi,? |hello,? )*(?:what|when|where|who|whom|whose|which|why|how|is|are|am|was|"
    r"were|do i|do we|do you|do they|do the|do my|does|did|can|could|may|might|must i|must we|should|shall|will|would|"
    r"has|have i|have we|have the|had)\b",
    re.IGNORECASE,
)
_HEADING = re.compile(r"^(?:#{1,6}\s.*|\*\*[^*]{1,60}\*\*:?|[^.!?]{1,60}:)$")
_GREETING = re.compile(
    r"^(?:hi|hello|hey|dear|good (?:morning|day|afternoon)|thanks?|thank you|welcome|begin!?$|let['’]s begin|ok(?:ay)?|"
    r"good luck)\b[^?]{0,60}$",
    re.IGNORECASE,
)


def without_lead(sentence: str) -> str:
    """The sentence without bullet marks, politeness and words such as "always" or "you must" before its verb."""
    return _LEADS.sub("", sentence.strip(), count=1).strip()


def is_directive(sentence: str) -> bool:
    """Whether a sentence tells the reader to do something, whatever it is."""
    text = sentence.strip()
    if not text or text.endswith("?"):
        return False
    bare = without_lead(text)
    first = re.match(r"[a-z'’-]+", bare.lower())
    if first is not None and first.group().replace("’", "'") in _VERBS:
        return True
    stripped = re.sub(r"^[-*•–>\d.)\s]+", "", text)
    return bool(_NEGATED_START.match(stripped) or _CONDITION.match(stripped) or _ABOUT_THE_ANSWER.search(stripped))


def is_foreign(sentence: str) -> bool:
    """Whether a sentence holds no common English word, so that nothing can be said of what it asks."""
    words = re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?", sentence.lower())
    return len(words) > 1 and not any(word in STOP_WORDS or word in _VERBS for word in words)


def is_heading(line: str) -> bool:
    """Whether a line only names what follows."""
    text = line.strip()
    if not _HEADING.match(text):
        return False
    return text.startswith("#") or len(text.split()) <= 2 or not is_directive(text.rstrip(":"))


def is_greeting(sentence: str) -> bool:
    """Whether a sentence is courtesy without content."""
    return bool(_GREETING.match(sentence.strip()))


def is_question(line: str) -> bool:
    """Whether a line asks something, with or without its question mark."""
    text = line.strip().strip("\"“”'*_ ")
    return bool(re.search(r"\?[\"”')\]]*(?:\s|$)", text)) or (
        bool(_QUESTION_START.match(text)) and not _CONDITION.match(text)
    )

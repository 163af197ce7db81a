"""Small document collections with questions about them, and checks of what an answer does.

The checks count and compare by themselves, with nothing of the package, so that they cannot share its mistakes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    document: str
    heading: str
    text: str


@dataclass(frozen=True)
class Ask:
    sources: tuple[Source, ...]
    question: str
    fact: str | None = None
    """What a right answer says; None when the sources do not answer the question."""
    number: int | None = None
    """The source that answers it."""

    def says(self, text: str) -> bool:
        return self.fact is not None and self.fact.lower() in text.lower()

    @property
    def document(self) -> str:
        assert self.number is not None
        return self.sources[self.number - 1].document


Check = Callable[[str, Ask], bool]

HR = (
    Source(
        "leave.md",
        "Annual leave",
        "Full-time staff get 28 days of annual leave a year. Part-time staff get annual leave in proportion to their "
        "hours. Up to five days of annual leave may be carried into the next year. Annual leave carried over must be "
        "taken by the end of March. Annual leave is requested from the line manager two weeks ahead.",
    ),
    Source(
        "sickness.md",
        "Reporting sickness",
        "Staff who are ill call their manager before ten in the morning. A doctor's certificate is needed from the "
        "fourth day. Sick pay continues at the full rate for six weeks.",
    ),
    Source(
        "expenses.md",
        "Travel",
        "Train tickets are refunded in second class. Mileage by car is refunded at 40 pence a mile. Claims for travel "
        "are handed in with the receipts within thirty days.",
    ),
)
LIBRARY = (
    Source(
        "loans.md",
        "Borrowing",
        "Books may be borrowed for three weeks. DVDs may be borrowed for one week. A loan can be renewed twice unless "
        "somebody else has reserved the item. Members may borrow up to twelve items at a time.",
    ),
    Source(
        "fees.md",
        "Late fees",
        "A late book costs 20 pence a day. Late fees stop at 8 pounds for each item. Children under twelve pay no "
        "late fees. Late fees are paid at the desk or online. Members who owe more than 10 pounds in late fees cannot "
        "borrow until they have paid.",
    ),
    Source(
        "rooms.md",
        "Study rooms",
        "Study rooms are booked for two hours. A study room seats six people. Food is not allowed in study rooms.",
    ),
)
POOL = (
    Source(
        "hours.md",
        "Opening hours",
        "The pool opens at six in the morning on weekdays. At weekends the pool opens at eight. The last entry is one "
        "hour before closing time.",
    ),
    Source(
        "rules.md",
        "House rules",
        "Dogs are not allowed in the pool area. Children under eight must be accompanied by an adult. Swimming caps "
        "are required in the lap lanes.",
    ),
    Source(
        "prices.md",
        "Tickets",
        "An adult ticket costs 6 pounds. A child ticket costs 3 pounds. A book of ten adult tickets costs 50 pounds.",
    ),
)
SHOP = (
    Source(
        "returns.md",
        "Returns",
        "Goods may be returned within 30 days of delivery. Returned goods must be unused and in their packaging. Sale "
        "items may be exchanged but not refunded. The customer pays the postage for returned goods unless they are "
        "faulty. The refund for returned goods is paid within seven working days.",
    ),
    Source(
        "delivery.md",
        "Delivery",
        "Standard delivery takes four working days. Express delivery costs 9 pounds and arrives the next working day. "
        "Delivery is free for orders above 50 pounds.",
    ),
)
MARKED = (
    Source(
        "wifi.md",
        "Guest network",
        "**Guests** may use the `guest-net` network for *eight hours* at a time. **Guests** get a code for the network "
        "from the desk.\n\n- The guest network is switched off at **midnight**.",
    ),
)

LEAVE_RULES = Ask(HR, "What are the rules for annual leave?", "annual leave", 1)
LEAVE_DAYS = Ask(HR, "How many days of annual leave do full-time staff get?", "28 days", 1)
FEE_RULES = Ask(LIBRARY, "How do late fees work?", "late", 2)
FEE = Ask(LIBRARY, "How much does a late book cost a day?", "20 pence", 2)
TICKET = Ask(POOL, "What does an adult ticket cost?", "6 pounds", 3)
RETURN_RULES = Ask(SHOP, "What are the conditions for returned goods?", "return", 1)
DELIVERY = Ask(SHOP, "How long does standard delivery take?", "four working days", 2)
DOGS = Ask(POOL, "Are dogs allowed in the pool area?", "dogs are not allowed", 2)
FREE_DELIVERY = Ask(SHOP, "Is delivery free for orders above 50 pounds?", "delivery is free", 2)
GUESTS = Ask(MARKED, "How long may guests use the guest network?", "eight hours", 1)
NETWORK_RULES = Ask(MARKED, "What are the rules for the guest network?", "network", 1)
AUDIOBOOKS = Ask(LIBRARY, "How long may audiobooks be borrowed?")
SENIORS = Ask(POOL, "What does a ticket for pensioners cost?")
HR_UNKNOWN = Ask(HR, "Which colour is the carpet in the canteen?")
LIBRARY_UNKNOWN = Ask(LIBRARY, "Which bus stops outside the building?")
POOL_UNKNOWN = Ask(POOL, "Who designed the roof?")
SHOP_UNKNOWN = Ask(SHOP, "Where was the founder born?")

MARKS = r"(?:\s*(?:\[[^\[\]\n]+\]|\([^()\n]*\.md[^()\n]*\)))+"


def sentences_in(text: str) -> list[str]:
    """Sentences with their citations, whether these stand before the full stop or after it."""
    inward = re.sub(rf"([.!?])({MARKS})", r"\2\1", text)
    return [part for part in re.split(r"(?<=[.!?])[\"'”’)]*\s+|\n+", inward) if re.search(r"[^\W\d]", part)]


def words_in(text: str) -> int:
    return sum(1 for word in re.sub(MARKS, "", text).split() if re.search(r"\w", word))


def lines_in(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def cited_in(text: str) -> list[int]:
    return [int(number) for group in re.findall(r"\[([\d,;\s]+)\]", text) for number in re.findall(r"\d+", group)]


def sentences(most: int, least: int = 1) -> Check:
    return lambda text, ask: ask.says(text) and least <= len(sentences_in(text)) <= most


def words(most: int) -> Check:
    return lambda text, ask: ask.says(text) and words_in(text) <= most


def one_line(text: str, ask: Ask) -> bool:
    return ask.says(text) and len(lines_in(text)) == len(sentences_in(text)) == 1


def bullets(least: int = 2, most: int = 99, mark: str = "-*•") -> Check:
    def check(text: str, ask: Ask) -> bool:
        lines = lines_in(text)
        return (
            ask.says(text) and least <= len(lines) <= most and all(line[0] in mark and line[1] == " " for line in lines)
        )

    return check


def numbered(text: str, ask: Ask) -> bool:
    lines = lines_in(text)
    right = all(re.match(rf"{number}[.)]?\s", line) for number, line in enumerate(lines, 1))
    return ask.says(text) and len(lines) >= 2 and right


def itemised(text: str, ask: Ask) -> bool:
    return bullets()(text, ask) or numbered(text, ask)


def every_sentence_cites(text: str, ask: Ask) -> bool:
    return cites(text, ask) and all(cited_in(sentence) for sentence in sentences_in(text))


def cites(text: str, ask: Ask) -> bool:
    numbers = cited_in(text)
    return ask.says(text) and ask.number in numbers and all(1 <= number <= len(ask.sources) for number in numbers)


def ends_with_citation(text: str, ask: Ask) -> bool:
    return cites(text, ask) and re.search(r"\[\d+\][.!?]?$", text.strip()) is not None


def names_document(text: str, ask: Ask) -> bool:
    return ask.says(text) and ask.document in text


def every_sentence_names_document_only(text: str, ask: Ask) -> bool:
    named = all(re.search(r"\w\.md\b", sentence) for sentence in sentences_in(text))
    return names_document(text, ask) and named and not cited_in(text)


def no_citation(text: str, ask: Ask) -> bool:
    return ask.says(text) and not cited_in(text) and ".md" not in text


def refuses_with(sentence: str) -> Check:
    """Exactly the sentence when there is no answer, and an answer without it when there is one."""

    def check(text: str, ask: Ask) -> bool:
        return text.strip() == sentence if ask.fact is None else ask.says(text) and sentence not in text

    return check


DECLINES = re.compile(
    r"\b(?:do(?:es)?(?: not|n['’]t)|cannot|can['’]t|could(?: not|n['’]t)|unable|not (?:in|covered|stated|mentioned|found)"
    r"|is(?: not|n['’]t)|no (?:information|answer|idea))\b",
    re.IGNORECASE,
)


def quotes_a_source(text: str, ask: Ask) -> bool:
    return any(sentence.rstrip(".").lower() in text.lower() for s in ask.sources for sentence in sentences_in(s.text))


def declines(text: str, ask: Ask) -> bool:
    if ask.fact is not None:
        return ask.says(text)
    return DECLINES.search(text) is not None and len(sentences_in(text)) <= 2 and not quotes_a_source(text, ask)


def json_with(*keys: str, answer: str) -> Check:
    def check(text: str, ask: Ask) -> bool:
        try:
            value = json.loads(text)
        except ValueError:
            return False
        return isinstance(value, dict) and set(value) == set(keys) and ask.says(str(value[answer]))

    return check


def starts_with_verdict(text: str, ask: Ask) -> bool:
    """Yes for what the source allows, No for what it rules out."""
    right = "no" if ask.fact is not None and " not " in ask.fact else "yes"
    return re.match(rf"{right}\b", text, re.IGNORECASE) is not None


def without_markup(text: str, ask: Ask) -> bool:
    return ask.says(text) and re.search(r"[*`#]|^\s*(?:[-•]|\d+[.)])\s", text, re.MULTILINE) is None

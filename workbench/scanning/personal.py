"""Personal data of known shapes: addresses, phone numbers, bank accounts, payment cards, US social security numbers.

Names, birthdays and postal addresses have no shape that tells them from other text.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from workbench.scanning.places import Place, Rule

MASK = "•"

_EMAIL = re.compile(
    r"(?<![\w.%+-])[A-Za-z0-9._%+-]{1,64}+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,5}[A-Za-z]{2,24}(?![\w@])"
)
# Names for examples, by RFC 2606 and by custom: nobody's addresses.
_NOBODY = re.compile(
    r"@(?:.*\.)?(?:example\.(?:com|org|net|edu)|(?:.+\.)?(?:example|invalid|test|localhost))\Z", re.IGNORECASE
)

_DIGITS_APART = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){11,18}(?![\w-]|\.\d)")
_CARD_KINDS = re.compile(
    r"4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}"
    r"|(?:6011|64\d\d|65\d\d|62\d\d)\d{12,15}|35\d{14}|(?:2131|1800)\d{11}|(?:50|5[678]|6\d)\d{10,17}"
)

_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]{4}){2,7}(?: ?[A-Za-z0-9]{1,3})?(?![A-Za-z0-9])")
_SSN = re.compile(r"(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d\d-(?!0000)\d{4}(?![\w-])")
_IPV4 = re.compile(r"(?<![\w.-])\d{1,3}(?:\.\d{1,3}){3}(?![\w-]|\.\d)")
_VERSION = re.compile(r"(?:version|release|v|ver\.?)\s{0,3}\Z", re.IGNORECASE)

_PHONE = re.compile(r"(?:(?<![\w.,/+@:=#-])\(?\d|(?<![\w+@=])\+)[\d ().\-/]{5,22}\d(?:x\d{1,5})?(?!\w|[.,:/-]\d)")
_PHONE_FORMS = re.compile(
    r"(?:\+|00)[1-9][\d ().\-/]{6,22}(?:x\d{1,5})?"  # international
    r"|(?:1[ .-])?(?:\([2-9]\d\d\) ?|[2-9]\d\d[.-])[2-9]\d\d[.-]\d{4}(?:x\d{1,5})?"  # North America
    r"|0\d(?:\.\d\d){4}"  # France, with points
    r"|0\d{1,4}(?: \d{2,4}){2,4}"  # in groups, with the zero that stands for the way out of town
    r"|\(0\d{1,4}\) ?\d{2,4}(?:[ -]\d{2,4}){0,3}"
    r"|0\d{2,4}[ /-]\d{5,8}"
)
_PHONE_WORDS = re.compile(
    r"\b(?:phone|tel|telephone|telefon|mobile|cell|cellphone|fax|call|dial|ring|reach|whatsapp|sms|hotline|contact|answering)\b",
    re.IGNORECASE,
)
_KIND_BEHIND = re.compile(r"[ (-]{1,2}(?:fax|office|home|mobile|cell|work|direct)\b", re.IGNORECASE)
_BEFORE = 40
"""Characters in front of a number in which a word may say that it is a phone number."""
_FEWEST_DIGITS, _MOST_DIGITS = 7, 15
_NATIONAL_DIGITS = range(9, 13)
_OTHER_NUMBER = re.compile(r"\d+\.\d+\Z|(?:19|20)\d\d[ ./-]\d\d?[ ./-]\d\d?\b|\d\d?[./-]\d\d?[./-](?:19|20)?\d\d\b")


def email_addresses(text: str) -> Iterator[Place]:
    """E-mail addresses, but for those that stand for nobody."""
    if "@" not in text:
        return
    for found in _EMAIL.finditer(text):
        if not _NOBODY.search(found[0]):
            name, _, host = found[0].partition("@")
            yield Place(*found.span(), f"{name[0]}{MASK * 3}@{host}")


def payment_cards(text: str) -> Iterator[Place]:
    """Numbers of a card network's shape whose check digit is right."""
    for found in _DIGITS_APART.finditer(text):
        digits = re.sub(r"[ -]", "", found[0])
        if _CARD_KINDS.fullmatch(digits) and len(set(digits)) > 1 and _luhn(digits):
            yield Place(*found.span(), _masked(found[0], 4))


def bank_accounts(text: str) -> Iterator[Place]:
    """IBANs whose check digits are right."""
    for found in _IBAN.finditer(text):
        number = found[0].replace(" ", "").upper()
        while len(number) >= 15:
            if _mod97(number) == 1:
                end = found.start() + _length_of(found[0], len(number))
                yield Place(found.start(), end, f"{number[:2]}{MASK * 6}{number[-2:]}")
                break
            # The next word may have been taken for its last group.
            shorter = found[0][: _length_of(found[0], len(number))].rpartition(" ")[0].replace(" ", "")
            number = shorter.upper()


def social_security_numbers(text: str) -> Iterator[Place]:
    """US social security numbers, written with hyphens."""
    for found in _SSN.finditer(text):
        yield Place(*found.span(), f"{MASK * 3}-{MASK * 2}-{MASK * 2}{found[0][-2:]}")


def ip_addresses(text: str) -> Iterator[Place]:
    """Public IPv4 addresses: they can lead to a household."""
    for found in _IPV4.finditer(text):
        try:
            address = ipaddress.IPv4Address(found[0])
        except ValueError:
            continue
        if address.is_global and not _VERSION.search(text[max(0, found.start() - 12) : found.start()]):
            first = found[0].split(".")[0]
            yield Place(*found.span(), f"{first}.{MASK}.{MASK}.{MASK}")


def phone_numbers(text: str) -> Iterator[Place]:
    """Numbers written as in a known country's custom, and others where a word in front says that they are."""
    for found in _PHONE.finditer(text):
        number = found[0].strip()
        digits = re.sub(r"\D", "", number.partition("x")[0])
        if not _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS or len(set(digits)) < 3:
            continue
        before = text[max(0, found.start() - _BEFORE) : found.start()]
        if _is_phone(number, len(digits), before) or _KIND_BEHIND.match(text, found.end()):
            yield Place(*found.span(), _masked(found[0], 2))


def _is_phone(number: str, digits: int, before: str) -> bool:
    if _PHONE_FORMS.fullmatch(number):
        return number[0] in "+(" or number.startswith("00") or number[0] != "0" or digits in _NATIONAL_DIGITS
    return bool(_PHONE_WORDS.search(before)) and not _OTHER_NUMBER.match(number)


def _luhn(digits: str) -> bool:
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + position % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _mod97(number: str) -> int:
    return int("".join(str(int(character, 36)) for character in number[4:] + number[:4])) % 97


def _length_of(written: str, characters: int) -> int:
    """How much of a text holds its first characters that are no spaces."""
    for position, character in enumerate(written):
        characters -= character != " "
        if not characters:
            return position + 1
    return len(written)


def _masked(number: str, shown: int) -> str:
    """The last digits; each other digit masked."""
    hidden = sum(map(str.isdigit, number)) - shown
    out = []
    for character in number:
        if character.isdigit() and hidden > 0:
            out.append(MASK)
            hidden -= 1
        else:
            out.append(character)
    return "".join(out)


RULES = (
    Rule("personal data", "payment card", "high", payment_cards),
    Rule("personal data", "bank account (IBAN)", "high", bank_accounts),
    Rule("personal data", "US social security number", "high", social_security_numbers),
    Rule("personal data", "e-mail address", "low", email_addresses),
    Rule("personal data", "phone number", "low", phone_numbers),
    Rule("personal data", "IP address", "low", ip_addresses),
)

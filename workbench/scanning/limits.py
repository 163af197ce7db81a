"""What the scan cannot see, said wherever its findings are shown."""

from __future__ import annotations

LIMITS = (
    "The scan knows shapes and phrases, not meaning. It does not see text in pictures and scanned pages; names, "
    "birthdays, postal addresses and other personal data without a shape; columns of tables other than the text, front matter; "
    "passwords in plain sentences; instructions in other words than the usual ones, in languages it has no phrases "
    "for, in code, or in encodings other than Base64; and requests that could be put to anybody, such as 'Explain how "
    "solar panels work'. Texts about prompts and models hold such phrases as examples. Nothing found does not mean "
    "that nothing is there."
)

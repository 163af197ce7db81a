"""Which models are kin: judges prefer answers of their own family, so a family should not be the only judge of itself."""

from __future__ import annotations

import re

_FAMILIES = (
    ("GPT", r"(?:chat)?gpt|o[134]"),
    ("Claude", r"claude"),
    ("Gemini", r"gemini|gemma|palm"),
    ("Llama", r"(?:code)?llama"),
    ("Mistral", r"mistral|mixtral|ministral|codestral|magistral|pixtral"),
    ("Qwen", r"qwen|qwq"),
    ("DeepSeek", r"deepseek"),
    ("Phi", r"phi"),
    ("Command", r"command|aya"),
    ("Grok", r"grok"),
    ("Nova", r"nova"),
    ("GLM", r"(?:chat)?glm"),
    ("Granite", r"granite"),
    ("Kimi", r"kimi|moonshot"),
)
_PATTERNS = tuple((name, re.compile(rf"(?:^|[^a-z])(?:{pattern})(?![a-z])")) for name, pattern in _FAMILIES)


def family(model: str) -> str | None:
    """The family that a model's name tells, such as `GPT` for `openai/gpt-4o-mini`; None when it tells none.

    Of a distilled model (`deepseek-r1-distill-llama-8b`) the family named first, which taught it.
    """
    # What stands before a slash names who serves the model, not who made it.
    name = model.rpartition("/")[2].lower()
    found = [(match.start(), family_) for family_, pattern in _PATTERNS if (match := pattern.search(name))]
    return min(found)[1] if found else None

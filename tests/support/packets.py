"""Reading a review packet's file as its page does, and filling it in without a browser."""

from __future__ import annotations

import json
import re


def packet_data(page: str) -> dict:
    """What the page of a packet holds."""
    return json.loads(re.search(r'<script type="application/json" id="packet">(.*?)</script>', page)[1])


def answered(page: str, verdicts: dict[int, object], *, reviewer: str = "dora") -> dict:
    """What the page downloads once its items, counted from 1, have these verdicts: a text, or fields of an answer."""
    packet = packet_data(page)
    answers = []
    for number, said in verdicts.items():
        fields = said if isinstance(said, dict) else {"verdict": said}
        base = {"note": "", "seconds": 2.5, "judged_at": "2026-01-02T03:04:05.000Z"}
        answers.append({"item": packet["items"][number - 1]["id"], **base, **fields})
    return {
        "format": "workbench-review-answers",
        "version": packet["version"],
        "packet": packet["packet"],
        "run": packet["run"],
        "queue": packet["queue"],
        "seed": packet["seed"],
        "guidelines": packet["guidelines_hash"],
        "items": [item["id"] for item in packet["items"]],
        "reviewer": reviewer,
        "answers": answers,
    }

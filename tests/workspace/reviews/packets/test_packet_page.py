import base64
import hashlib
import json
import re

import pytest

from tests.support.completers import Scripted, an_answer
from tests.support.packets import packet_data
from workbench.domain.dataset import Example
from workbench.errors import InputError
from workbench.metrics.citations import Citation
from workbench.workspace.reviews.case import ReviewCase
from workbench.workspace.reviews.packets.packet import Packet
from workbench.workspace.reviews.packets.page import packet_html

CASE = ReviewCase(
    "sha256:1",
    Example(id="q-1", inputs={"question": "When?"}, expect="refuse", expected="Not said."),
    "At 🕘 nine [1] or ten [9].",
    [("hours.md", "Nine."), ("days.md", "Weekdays.")],
    [Citation("1", 10, 13, (1,)), Citation("9", 21, 24, ())],
)


def page_of(case, guidelines=None):
    return packet_html(Packet("r1", "seed", None, [case]), guidelines)


def test_no_arm_prompt_or_model_is_named_in_the_file(finished):
    page = finished.reviews.packet_page("latest")

    names = {word for arm in finished.runs.info("latest").arms for word in (arm, arm.partition(":")[0])}
    assert not [name for name in (*names, "openai", "answer@", "golden") if name in page]
    assert set(packet_data(page)["items"][0]) == {"id", "history", "asked", "answer", "broken", "sources", "expected"}


def test_every_answer_is_there_once_and_those_of_one_question_stand_together(finished):
    items = packet_data(finished.reviews.packet_page("latest"))["items"]

    assert {item["id"] for item in items} == {item.trial_id for item in finished.reviews.queue("latest")}
    assert len(items) == 12
    assert [item["asked"] for item in items][::2] == [item["asked"] for item in items][1::2]


def test_each_packet_has_an_order_of_its_own_that_the_audit_log_keeps(finished):
    packets = [packet_data(finished.reviews.packet_page("latest")) for _ in range(3)]

    assert len({tuple(item["id"] for item in packet["items"]) for packet in packets}) > 1
    entry = finished.audit.list(1)[0]
    assert (entry.action, entry.subject) == ("review packet exported", packets[-1]["packet"])
    assert entry.detail["seed"] == packets[-1]["seed"]


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("packet.html", "review packet exported"),
        ("sheet.csv", "review packet exported"),
        ("lines.jsonl", "answers exported for review"),
    ],
)
def test_the_audit_log_says_that_answers_left_only_where_they_did(finished, tmp_path, name, action):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot be written"):
        finished.reviews.export("latest", tmp_path / "file" / name)
    assert finished.audit.list(1)[0].action != action

    finished.reviews.export("latest", tmp_path / name)
    assert finished.audit.list(1)[0].action == action


def test_the_reviewer_sees_question_answer_sources_and_what_is_cited():
    (item,) = packet_data(page_of(CASE, "Be strict."))["items"]

    assert item["asked"] == [["Question", "When?"]]
    assert item["answer"] == [["At 🕘 nine ", False], ["[1]", True], [" or ten ", False], ["[9]", True], [".", False]]
    assert item["sources"] == [["hours.md", "Nine.", True], ["days.md", "Weekdays.", False]]
    assert item["broken"] == ["9"]
    assert item["expected"].endswith("say so.\nNot said.")


def test_text_of_others_is_no_markup_in_the_file(filled, models):
    attack = "</script><script>alert(1)</script><img src=http://127.0.0.1:9/x> $style \u2028 \ud800"
    models.script("one", Scripted(lambda request: an_answer(attack.replace("\ud800", ""))))
    filled.run("answer@1", "golden", models="one")
    (filled.root / "guidelines.md").write_text(attack.replace("\ud800", ""), encoding="utf-8")
    page = filled.reviews.packet_page("latest")

    assert page.count("<script") == 2
    assert "alert(1)</script>" not in page
    assert "<img" not in page
    assert packet_data(page)["guidelines"] == attack.replace("\ud800", "")


def test_only_the_packets_own_script_and_style_are_let_in():
    page = page_of(CASE)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]

    assert policy.startswith("default-src 'none'")
    assert "http" not in policy
    assert "unsafe" not in policy
    for kind, content in re.findall(r"<(style|script)>(.*?)</\1>", page, re.DOTALL):
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert not re.search(r"https?:|@import|url\(|\sstyle=|\son\w+=", page.replace(json.dumps(packet_data(page)), ""))


@pytest.mark.parametrize("field", ["run", "seed", "guidelines"])
def test_the_hash_covers_all_that_makes_a_packet(field):
    plain = {"run": "r1", "seed": "s", "guidelines": None}

    assert Packet(**plain, cases=[CASE]).hash != Packet(**{**plain, field: "other"}, cases=[CASE]).hash
    assert Packet(**plain, cases=[CASE]).hash != Packet(**plain, cases=[CASE, CASE]).hash

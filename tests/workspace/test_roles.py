"""Every use case that changes something asks for a role; who has none changes nothing, and a new use case is not forgotten."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from workbench.domain.actor import ALL_ROLES, Actor
from workbench.domain.dataset import Example
from workbench.domain.gate import Gate, GateRule
from workbench.domain.index import IndexSettings
from workbench.domain.people import People
from workbench.domain.review import Judgement
from workbench.domain.review_queue import Everything
from workbench.errors import NotAllowedError, WorkbenchError
from workbench.workspace.elsewhere.importing import Options
from workbench.workspace.evaluations.evaluations import Evaluations
from workbench.workspace.failures.editing import ModeEditing
from workbench.workspace.failures.failures import Failures
from workbench.workspace.failures.judge_questions import JudgeQuestions
from workbench.workspace.gates.gates import Gates
from workbench.workspace.goldens.datasets import Datasets
from workbench.workspace.interchange.interchange import Interchange
from workbench.workspace.judges.pairing import Pairing
from workbench.workspace.judges.teaching import Teaching
from workbench.workspace.keeping.archiving import archive
from workbench.workspace.knowledge.indexes import Indexes
from workbench.workspace.models import Models
from workbench.workspace.prompts.prompts import Prompts
from workbench.workspace.prompts.trying import Tries
from workbench.workspace.rechecking.rechecking import Rechecks
from workbench.workspace.releases.releases import Releases
from workbench.workspace.reviews.queues import Queues
from workbench.workspace.reviews.reviews import Reviews
from workbench.workspace.runs.runs import Runs

E, R, A = "engineer", "reviewer", "approver"


@dataclass(frozen=True)
class Desk:
    """What a use case is tried on."""

    wb: Any
    trial: str
    queue: str
    item: str
    mode: str


CHANGES: dict[str, tuple[set[str], Callable[[Desk], object]]] = {
    "Prompts.add": ({E}, lambda d: d.wb.prompts.add(d.wb.root / "plain.prompt.yaml")),
    "Prompts.add_all": ({E}, lambda d: d.wb.prompts.add_all([d.wb.root / "plain.prompt.yaml"])),
    "Prompts.add_bytes": (
        {E},
        lambda d: d.wb.prompts.add_bytes(text(d, "plain.prompt.yaml"), file="plain.prompt.yaml"),
    ),
    "Prompts.keep_draft": ({E}, lambda d: d.wb.prompts.keep_draft("answer", {})),
    "Prompts.discard_draft": ({E}, lambda d: d.wb.prompts.discard_draft("answer")),
    "Datasets.add": ({E}, lambda d: d.wb.datasets.add(d.wb.root / "golden.jsonl", name="golden")),
    "Datasets.add_bytes": (
        {E},
        lambda d: d.wb.datasets.add_bytes(text(d, "golden.jsonl"), file="g.jsonl", name="golden"),
    ),
    "Datasets.add_red_team": ({E}, lambda d: d.wb.datasets.add_red_team()),
    "Datasets.save": ({E}, lambda d: d.wb.datasets.save("own", [Example("q-1", {"question": "?"})])),
    "Datasets.keep_draft": ({E}, lambda d: d.wb.datasets.keep_draft("golden", [], base=1)),
    "Datasets.discard_draft": ({E}, lambda d: d.wb.datasets.discard_draft("golden")),
    "Indexes.build": ({E}, lambda d: d.wb.indexes.build("library", [d.wb.root / "nothing"])),
    "Indexes.start": ({E}, lambda d: d.wb.indexes.start("library", [d.wb.root / "nothing"], IndexSettings())),
    "Indexes.prune": ({E}, lambda d: d.wb.indexes.prune()),
    "Indexes.fetch_embedder": ({E}, lambda d: d.wb.indexes.fetch_embedder("nothing")),
    "Indexes.keep_uploads": ({E}, lambda d: d.wb.indexes.keep_uploads("library", [])),
    "Indexes.take_back_uploads": ({E}, lambda d: d.wb.indexes.take_back_uploads("library")),
    "Models.check": ({E}, lambda d: d.wb.models.check("nothing")),
    "Tries.ask": ({E}, lambda d: d.wb.tries.ask(d.wb.prompts.get("answer@1").content, question(d))),
    "Tries.ask_side_by_side": ({E}, lambda d: d.wb.tries.ask_side_by_side([], question(d), on_piece=print)),
    "Runs.start": ({E}, lambda d: d.wb.runs.start(replace(plan(d), max_cost_usd=-1.0))),
    "Runs.resume": ({E}, lambda d: d.wb.runs.resume("latest")),
    "Runs.cancel": ({E}, lambda d: d.wb.runs.cancel("latest")),
    "Runs.go_on": ({E}, lambda d: d.wb.runs.go_on("latest", "one")),
    "Runs.score": ({E}, lambda d: d.wb.runs.score("latest", metrics=["cost"])),
    "Runs.score_stale": ({E}, lambda d: d.wb.runs.score_stale("latest")),
    "Runs.start_scoring_stale": ({E}, lambda d: d.wb.runs.start_scoring_stale("latest").wait()),
    "Runs.import_results": ({E}, lambda d: d.wb.runs.import_results([])),
    "Runs.import_contents": ({E}, lambda d: d.wb.runs.import_contents([], Options())),
    "Pairing.carry_out": ({E}, lambda d: Pairing(d.wb.context, latest(d), plan(d), "none", ()).carry_out()),
    "Teaching.keep": ({E}, lambda d: d.wb.judges.teaching.keep("none", "latest", [])),
    "Teaching.suggest": ({E}, lambda d: d.wb.judges.teaching.suggest("none", "latest")),
    "Teaching.start_check": ({E}, lambda d: d.wb.judges.teaching.start_check(None)),
    "Teaching.check": ({E}, lambda d: d.wb.judges.teaching.check(None)),
    "Teaching.use": ({E}, lambda d: d.wb.judges.teaching.use("none", 1)),
    "Teaching.forget": ({E}, lambda d: d.wb.judges.teaching.forget("none")),
    "Evaluations.cancel": ({E}, lambda d: d.wb.evaluations.cancel("none")),
    "Interchange.export": ({E, A}, lambda d: d.wb.interchange.export("answer@1", d.wb.root / "out", "none")),
    "Gates.save": ({E}, lambda d: d.wb.gates.save("g", Gate(rules=(GateRule(metric="correct", at_least=0.5),)))),
    "Gates.remove": ({E}, lambda d: d.wb.gates.remove("none")),
    "Rechecks.carry_out": ({E}, lambda d: d.wb.rechecks.carry_out(d.wb.releases.list("answer")[-1], None)),
    "archive": ({E}, lambda d: archive(d.wb.context, d.wb.root / "made.zip", replace=True)),
    "Reviews.give": ({R}, lambda d: d.wb.reviews.give(d.trial, "pass")),
    "Reviews.withdraw": ({R}, lambda d: d.wb.reviews.withdraw(d.trial)),
    "Reviews.adjudicate": ({R}, lambda d: d.wb.reviews.adjudicate(d.trial, "pass")),
    "Reviews.unadjudicate": ({R}, lambda d: d.wb.reviews.unadjudicate(d.trial)),
    "Reviews.import_": ({R}, lambda d: d.wb.reviews.import_(d.wb.root / "none.jsonl")),
    "Reviews.packet_page": ({R, E}, lambda d: d.wb.reviews.packet_page("latest")),
    "Reviews.packet_sheet": ({R, E}, lambda d: d.wb.reviews.packet_sheet("latest")),
    "Queues.create": ({R, E}, lambda d: d.wb.reviews.queues.create("latest", Everything())),
    "Queues.everything": ({R, E}, lambda d: d.wb.reviews.queues.everything("latest")),
    "Queues.take": ({R}, lambda d: d.wb.reviews.queues.take(d.queue, [d.item])),
    "Queues.give": ({R}, lambda d: d.wb.reviews.queues.give(d.queue, d.item, Judgement("pass"))),
    "Queues.prefer": ({R}, lambda d: d.wb.reviews.queues.prefer(d.queue, d.item, "both fine")),
    "Queues.withdraw": ({R}, lambda d: d.wb.reviews.queues.withdraw(d.queue, d.item)),
    "ModeEditing.add": ({R}, lambda d: d.wb.failures.edit.add("late")),
    "ModeEditing.change": ({R}, lambda d: d.wb.failures.edit.change(d.mode, description="?")),
    "ModeEditing.merge": ({R}, lambda d: d.wb.failures.edit.merge(d.mode, d.mode)),
    "ModeEditing.move": ({R}, lambda d: d.wb.failures.edit.move([], d.mode)),
    "ModeEditing.split": ({R}, lambda d: d.wb.failures.edit.split([], "again")),
    "ModeEditing.accept": ({R}, lambda d: d.wb.failures.edit.accept([])),
    "ModeEditing.dismiss": ({R}, lambda d: d.wb.failures.edit.dismiss("none")),
    "ModeEditing.retire": ({R}, lambda d: d.wb.failures.edit.retire(d.mode)),
    "ModeEditing.restore": ({R}, lambda d: d.wb.failures.edit.restore(d.mode)),
    "Failures.undo": ({R}, lambda d: d.wb.failures.undo()),
    "Failures.dismiss": ({R}, lambda d: d.wb.failures.dismiss("latest")),
    "Failures.group_by_words": ({R}, lambda d: d.wb.failures.group_by_words("latest")),
    "Failures.group_by_model": ({R}, lambda d: d.wb.failures.group_by_model("latest", model="none")),
    "JudgeQuestions.ask": ({E}, lambda d: d.wb.failures.questions.ask(d.mode)),
    "Releases.request": ({E}, lambda d: d.wb.releases.request("answer@1")),
    "Releases.withdraw": ({E}, lambda d: d.wb.releases.withdraw("answer@1")),
    "Releases.take_back": ({E}, lambda d: d.wb.releases.take_back(d.wb.root / "plain.prompt.yaml")),
    "Releases.reject": ({A}, lambda d: d.wb.releases.reject("answer@1", reason="no")),
    "Releases.approve": ({A}, lambda d: d.wb.releases.approve("answer@1")),
    "Releases.promote": ({A, E}, lambda d: d.wb.releases.promote("answer@2", to="dev")),
    "Releases.rollback": ({A, E}, lambda d: d.wb.releases.rollback("answer", environment="dev")),
    "Releases.export": ({A, E}, lambda d: d.wb.releases.export("answer@2", d.wb.root / "out")),
    "Releases.export_environments": ({A, E}, lambda d: d.wb.releases.export_environments("answer", d.wb.root / "out")),
    "Releases.commit": ({A, E}, lambda d: d.wb.releases.commit("answer@2", d.wb.root)),
    "Queues.close": ({R, E}, lambda d: d.wb.reviews.queues.close(d.queue)),
}
"""Who may, and a way to try; what closes something comes last."""

THROUGH_OTHERS = {
    "Prompts.save": "add",
    "Prompts.save_all": "add",
    "Datasets.keep": "save",
    "Datasets.correct": "save",
    "Indexes.build_from": "build",
    "Indexes.build_apart": "build",
    "Indexes.rebuild": "start",
    "Indexes.start_building": "start",
    "Evaluations.start": "tests of evaluations",
    "Evaluations.carry_out": "start",
    "Evaluations.resume": "tests of evaluations",
    "Evaluations.adopt": "tests of evaluations",
    "Evaluations.start_adopting": "tests of evaluations",
    "Evaluations.draft": "Prompts.keep_draft",
    "Interchange.keep": "tests of interchange",
    "Failures.keep_example": "Datasets.keep",
    "Reviews.export": "packet_page",
    "Reviews.import_answers": "tests of packets",
    "Reviews.import_sheet": "tests of packets",
    "Gates.check": "save; it only asks when a reason is given",
}
"""Use cases that change something by another that asks, or are tried where what they need is made."""

READS = {
    Prompts: "diff draft drafts get list text texts_to_compare to_langchain versions",
    Datasets: "draft examples get inputs_asked_for list proposed_columns text versions",
    Indexes: "building changes cut cuts documents embedders embedding_cost explain filter_keys get has_uploads has_uploads_of_before let_go list "
    "load missing open open_fingerprint open_without_asking put_away query require_filter scan sources stale versions",
    Models: "completer list missing_keys price require_named require_ready resolve warm_up",
    Tries: "",
    Runs: "failures find frame info job line list lost output outputs plan put_away_scoring running scoring status stored_plan summary "
    "unasked",
    Teaching: "all checking cost find in_force material outcomes put_away",
    Evaluations: "empty find get has_other_documents list plan texts",
    Interchange: "read read_bytes",
    Gates: "basis history list",
    Rechecks: "targets",
    Reviews: "agreement case guidelines of_run queue rubric to_adjudicate",
    Queues: "case desk find list result",
    ModeEditing: "last_step require_own step",
    Failures: "analysis grouping_call history last_step modes names runs_of_prompt",
    JudgeQuestions: "all judges proposed proposed_judge proposed_model take_back",
    Releases: "archive check_approver compare differences drift environments history lapses list repository_of requests "
    "review_material revision standing states",
}
"""By class: what only looks, or works inside another's transaction."""


def text(desk: Desk, name: str) -> bytes:
    return (desk.wb.root / name).read_bytes()


def latest(desk: Desk) -> str:
    return desk.wb.runs.find("latest")


def plan(desk: Desk):
    return desk.wb.runs.stored_plan(latest(desk))


def question(desk: Desk) -> Example:
    return desk.wb.datasets.examples("golden")[0]


@pytest.fixture
def desk(finished):
    """A finished run, one released version, one queue, one mode; ann did it all."""
    finished.releases.approve("answer@2")
    queue = finished.reviews.queues.everything("latest")
    trial = finished.runs.outputs("latest")[0].trial_id
    item = finished.reviews.queues.desk(queue.id).items[0].key
    return Desk(finished, trial, queue.id, item, finished.failures.edit.add("wrong").id)


def acting(desk: Desk, *roles: str) -> Desk:
    """The same desk, with somebody at it who signed in and wrote nothing of it."""
    name = "zoe" if roles else "a stranger"
    return replace(desk, wb=desk.wb.acting_as(Actor(name, frozenset(roles), signed_in=True)))


def refused(change: Callable[[Desk], object], desk: Desk) -> bool:
    try:
        change(desk)
    except NotAllowedError:
        return True
    except (WorkbenchError, AttributeError):  # it came past the question who may, and met a made-up argument
        return False
    return False


def test_each_use_case_is_for_its_roles_alone(desk):
    before = len(desk.wb.audit.list())

    let_in = [
        f"{name} by {roles or 'a stranger'}"
        for roles in ((), (E,), (R,), (A,))
        for name, (allowed, change) in CHANGES.items()
        if allowed.isdisjoint(roles) and not refused(change, acting(desk, *roles))
    ]
    assert "\n".join(let_in) == ""
    assert len(desk.wb.audit.list()) == before

    turned_away = [
        f"{name} by {role}"
        for name, (allowed, change) in CHANGES.items()
        for role in sorted(allowed)
        if refused(change, acting(desk, role))
    ]
    assert "\n".join(turned_away) == ""


def test_no_use_case_is_left_out_of_the_table():
    known = set(CHANGES) | set(THROUGH_OTHERS)
    known |= {f"{kind.__name__}.{name}" for kind, names in READS.items() for name in names.split()}
    there = {
        f"{kind.__name__}.{name}"
        for kind in READS
        for name, member in inspect.getmembers(kind, callable)
        if not name.startswith("_")
    }
    assert there - known == set()
    assert {name for name in known if name.partition(".")[0] in {kind.__name__ for kind in READS}} - there == set()


def test_who_has_no_role_writes_nothing_even_where_nobody_asked_for_one(desk):
    stranger = acting(desk).wb.context
    with pytest.raises(NotAllowedError, match="a stranger may not change anything here"):
        stranger.write(lambda session: stranger.record(session, "something", "else"))


def test_who_signed_in_does_not_approve_a_version_of_their_own(desk):
    own = desk.wb.acting_as(Actor("ann", ALL_ROLES, signed_in=True))

    with pytest.raises(NotAllowedError, match="wrote answer@1 and cannot approve it"):
        own.releases.approve("answer@1")


TEAM = People(
    approvers=("ben",),
    reviewers=("ann", "*@experts.example.org"),
    engineers=("chris@example.org",),
    names={"ann@example.org": "ann", "ben@example.org": "ben"},
)


@pytest.mark.parametrize(
    ("claims", "name", "roles"),
    [
        ({"email": "Ann@Example.org"}, "ann", {R}),
        ({"email": "ben@example.org", "email_verified": True}, "ben", {A}),
        ({"email": "chris@example.org"}, "chris@example.org", {E}),
        ({"email": "dora@experts.example.org"}, "dora@experts.example.org", {R}),
        ({"email": "dora@not-experts.example.org"}, "dora@not-experts.example.org", set()),
        ({"email": "x@y@experts.example.org", "sub": "7"}, "account 7", set()),
        ({"email": "ben@example.org", "email_verified": False, "sub": "7"}, "account 7", set()),
        ({"name": "ben", "preferred_username": "ben", "sub": "7"}, "account 7", set()),
        ({"name": "ben", "email": "eve@example.org"}, "eve@example.org", set()),
        ({"sub": "ben"}, "account ben", set()),
    ],
)
def test_an_address_that_the_provider_vouches_for_decides_and_nothing_else(claims, name, roles):
    assert TEAM.signed_in(claims) == Actor(name, frozenset(roles), signed_in=True)


def test_a_role_without_a_list_is_for_whoever_is_in_another_and_without_lists_everybody_has_all():
    some = People(approvers=("ben@example.org",))

    assert some.signed_in({"email": "ben@example.org"}).roles == ALL_ROLES
    assert some.signed_in({"email": "eve@example.org"}).roles == frozenset()
    assert People().signed_in({"email": "eve@example.org"}).roles == ALL_ROLES

"""Several reviewers on one queue: nothing lost, nothing doubled, no two at the same last place."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.builders import NOON
from tests.support.processes import Process
from tests.support.projects import jsonl, rows
from workbench.domain.actor import Actor
from workbench.domain.clock import SystemClock
from workbench.domain.review import Judgement, Review
from workbench.domain.review_queue import Everything, QueuePlace, QueueWork, RandomSample
from workbench.store import reviews
from workbench.store.review_queues import Claim
from workbench.workspace.reviews.sharing import HELD_MINUTES, Shared
from workbench.workspace.workbench import Workbench

REVIEWS = """
from workbench.domain.review import Judgement, Review

with open_project(directory, user=sys.argv[2]) as wb:
    queues, queue = wb.reviews.queues, sys.argv[3]
    say("ready")
    sys.stdin.readline()
    given = 0
    while (item := next((one for one in queues.desk(queue).items if not one.judged), None)) is not None:
        if item.key in queues.take(queue, [item.key]):
            queues.give(queue, item.key, Judgement("pass", f"by {sys.argv[2]}"))
            given += 1
            say(item.key)
    say("given", given)
"""


def written(project, documents):
    path = project / "large.jsonl"
    path.write_text(jsonl(documents))
    return path


@pytest.fixture
def queues_by(filled):
    """The queues of the filled project as one person has them."""
    return lambda name: filled.acting_as(Actor(name)).reviews.queues


@pytest.fixture
def once(contested):
    """Each item is judged by one person."""
    return contested.reviews.queues.create("latest", Everything(), QueueWork(per_item=1, repeats=0))


def todo(queues, queue):
    return [item.key for item in queues.desk(queue.id).items if not item.judged]


def work_through(queues, queue):
    """Judge whatever is left, as fast as it goes; how many verdicts that were."""
    given = 0
    for key in todo(queues, queue):
        if queues.take(queue.id, [key]):
            queues.give(queue.id, key, Judgement("pass"))
            given += 1
    return given


def test_two_reviewers_at_once_at_the_end_of_200_items_lose_and_double_nothing(filled, project, queues_by):
    filled.datasets.add(written(project, rows(100)), name="large")
    filled.run(["answer@1", "answer@2"], "large", models="one")
    queue = filled.reviews.queues.create("latest", Everything(), QueueWork(per_item=1, repeats=0))
    done = [
        Review(item.trial_id, queue.run, "ann", "pass", "", NOON, queue=queue.id, purpose=queue.purpose)
        for item in queues_by("ann").desk(queue.id).items[:160]
    ]
    filled.context.write(lambda s: reviews.append_all(s, done))
    with ThreadPoolExecutor(2) as people:
        told = list(people.map(lambda name: work_through(queues_by(name), queue), ("ben", "cy")))

    found = filled.reviews.of_run("latest")
    said = filled.context.read(lambda s: s.row("SELECT count(*) FROM reviews"))
    assert (len(found), len({review.trial_id for review in found}), said) == (200, 200, (200,))
    by = Counter(review.reviewer for review in found)
    assert [by["ben"], by["cy"]] == told
    assert sum(told) == 40
    assert filled.audit.verify() == []


def test_what_was_said_is_kept_when_the_program_is_killed_while_another_is_at_work(contested, once, queues_of, process):
    contested.close()
    reviewing: Process = process(REVIEWS, contested.root, "ben", once.id)
    reviewing.says()
    reviewing.popen.stdin.write("go\n")
    reviewing.popen.stdin.flush()
    said = {reviewing.says() for _ in range(3)}
    for key in todo(queues_of("cy"), once)[:2]:
        if queues_of("cy").take(once.id, [key]):
            queues_of("cy").give(once.id, key, Judgement("fail"))
    reviewing.kill()

    assert said <= {item.key for item in queues_of("ben").desk(once.id).items if item.judged}
    work_through(queues_of("cy"), once)
    found = contested.reviews.of_run("latest")
    assert len(found) == len({one.trial_id for one in found}) == 40 - queues_of("cy").desk(once.id).held


def test_an_item_on_somebodys_screen_is_not_offered_to_others_until_let_go(contested, once, queues_of):
    ben, cy = queues_of("ben"), queues_of("cy")
    key = todo(ben, once)[0]

    assert ben.take(once.id, [key]) == {key}
    assert cy.take(once.id, [key]) == frozenset()
    assert key not in todo(cy, once)
    assert cy.desk(once.id).held == 1
    ben.take(once.id, todo(ben, once)[1:2])
    assert key in todo(cy, once)


def test_who_leaves_an_item_on_the_screen_holds_it_for_a_quarter_of_an_hour(contested, once, queues_of):
    class Later(SystemClock):
        def now(self):
            return super().now() + timedelta(minutes=HELD_MINUTES, seconds=1)

    key = todo(queues_of("ben"), once)[0]
    queues_of("ben").take(once.id, [key])

    assert key not in todo(queues_of("cy"), once)
    with Workbench.open(contested.root, actor=Actor("cy"), clock=Later()) as later:
        assert key in todo(later.reviews.queues, once)


steps = st.lists(
    st.tuples(
        st.sampled_from(("take", "judge", "undo", "leave")), st.sampled_from(("ben", "cy", "dee")), st.integers(0, 3)
    )
)


@given(steps, st.integers(1, 2))
def test_whoever_takes_gives_and_undoes_nobody_judges_what_enough_others_judge_or_hold(moves, wanted):
    places = [QueuePlace(f"k{n}", f"t{n}", None, f"q-{n}", wanted=wanted) for n in range(4)]
    said: dict[tuple[str, str], Review] = {}
    held: dict[str, Claim] = {}
    for at, (move, who, n) in enumerate(moves):
        shared = Shared(places, list(said.values()), list(held.values()))
        place, now = places[n], NOON + timedelta(seconds=at)
        if move == "take" and shared.open_to(place, who):
            held[who] = Claim("q1", place.key, who, now)
        elif move == "judge" and who in held:
            trial = f"t{held.pop(who).key[1:]}"
            said[who, trial] = Review(trial, "r1", who, "pass", "", now)
        elif move == "undo":
            said.pop((who, place.first_trial), None)
        elif move == "leave":
            held.pop(who, None)
        judges = Counter(trial for _, trial in said)
        assert all(count <= wanted for count in judges.values())
        for one in places:
            taken = {who for who, trial in said if trial == one.first_trial} | {
                who for who, claim in held.items() if claim.key == one.key
            }
            assert len(taken) <= wanted


def test_a_verdict_is_never_refused_because_somebody_was_faster(contested, once, queues_of):
    key = todo(queues_of("ben"), once)[0]
    queues_of("ben").give(once.id, key, Judgement("pass"))
    queues_of("cy").give(once.id, key, Judgement("fail"))

    assert {one.reviewer for one in contested.reviews.of_run("latest")} == {"ben", "cy"}


def test_an_item_comes_back_into_the_pool_when_its_verdict_is_taken_back(once, queues_of):
    key = todo(queues_of("ben"), once)[0]
    queues_of("ben").give(once.id, key, Judgement("pass"))
    assert key not in todo(queues_of("cy"), once)
    queues_of("ben").withdraw(once.id, key)
    assert key in todo(queues_of("cy"), once)


def test_reviewers_see_neither_each_others_verdicts_nor_whether_there_are_any(contested, queues_of):
    queue = contested.reviews.queues.create("latest", RandomSample(5), QueueWork(repeats=0))
    for key in todo(queues_of("ben"), queue):
        queues_of("ben").give(queue.id, key, Judgement("fail", "bad"))
    desk = queues_of("cy").desk(queue.id)

    assert len(desk.items) == 5
    assert all(item.review is None for item in desk.items)


def test_a_share_of_items_gets_a_second_reviewer_at_least_ten(contested, queues_of):
    queue = contested.reviews.queues.create("latest", Everything(), QueueWork(per_item=1, second=0.1, repeats=0))
    for key in todo(queues_of("ben"), queue):
        queues_of("ben").give(queue.id, key, Judgement("pass"))

    assert len(todo(queues_of("cy"), queue)) == 10


def test_what_comes_back_unannounced_tells_of_the_reviewer_and_not_of_the_answer(contested, queues_of):
    queue = contested.reviews.queues.create("latest", Everything(), QueueWork(repeats=0.25))
    seen = set()
    for item in queues_of("ben").desk(queue.id).items:
        again = item.trial_id in seen
        seen.add(item.trial_id)
        queues_of("ben").give(queue.id, item.key, Judgement("fail" if again and len(seen) % 2 else "pass"))
    result = queues_of("ben").result(queue.id)

    assert len(queues_of("ben").desk(queue.id).items) == 50
    assert result.consistency.same.n == 10
    assert result.passed == 40
    assert {one.verdict for one in contested.reviews.of_run("latest")} == {"pass"}

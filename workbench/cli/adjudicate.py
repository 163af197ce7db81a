"""`workbench review adjudicate`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from workbench.cli.agreement import show_disagreements
from workbench.cli.common import as_option, emit, json_option, opened, say, show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.domain.review import Verdict
    from workbench.workspace.reviews.agreement import Disagreement


@click.command()
@click.argument("target", metavar="RUN|QUEUE")
@click.option("--answer", metavar="ID", help="Settle this one of them, by its id or the beginning of it.")
@click.option("--verdict", type=click.Choice(["pass", "fail"]), help="What counts for it from now on.")
@click.option("--note", default="", help="Why.")
@click.option("--reopen", is_flag=True, help="Let the reviewers' own verdicts count again.")
@as_option
@json_option
def adjudicate(
    target: str, answer: str | None, verdict: Verdict | None, note: str, reopen: bool, name: str | None, as_json: bool
) -> None:
    """List the answers on which reviewers of a run or a queue disagree, with their notes, or settle one.

    What settles an answer counts in place of the reviewers' verdicts, which stay.
    """
    with opened(name) as wb:
        if answer is not None:
            one = _answer(wb.reviews.to_adjudicate(target), answer)
            if reopen:
                wb.reviews.unadjudicate(one.trial_id)
            else:
                wb.reviews.adjudicate(one.trial_id, _verdict(verdict), note=note)
            say(f"{one.example_id} is open again." if reopen else f"{one.example_id} counts as {verdict} from now on.")
        found = wb.reviews.to_adjudicate(target)
    if as_json:
        emit([one.as_json() for one in found])
    elif not found:
        show("Nobody passed an answer that somebody else failed.")
    else:
        show_disagreements(found)


def _answer(found: Sequence[Disagreement], text: str) -> Disagreement:
    from workbench.errors import InputError, NotFoundError
    from workbench.hashing import TAG

    matching = [one for one in found if one.trial_id.removeprefix(TAG).startswith(text.removeprefix(TAG))]
    if not matching:
        raise NotFoundError("disagreement on an answer", text, [one.trial_id for one in found])
    if len(matching) > 1:
        raise InputError(f"{text!r} could be {len(matching)} answers.", hint="Write more of it.")
    return matching[0]


def _verdict(text: Verdict | None) -> Verdict:
    from workbench.errors import InputError

    if text is None:
        raise InputError("It must be said what counts.", hint="--verdict pass or --verdict fail; --reopen undoes it.")
    return text

"""What a run would ask, cost and take, as far as it can be known before it: figures, and the same in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.domain.gold import MissingSpan
from workbench.stats.forecast import Range
from workbench.stats.numbers import duration_range, money, money_range
from workbench.workspace.estimates.detectable import Detectable
from workbench.workspace.estimates.reranking import RerankEstimate
from workbench.workspace.runs.fitting import TooLong

NAMED = 3
"""Rows or models named in a sentence; more are counted."""


@dataclass(frozen=True)
class ArmEstimate:
    """One arm."""

    arm: str
    """Its label."""
    model: str
    """Alias of its model."""
    planned: int
    calls: Range
    """What is asked anew. The rest of what is planned is replayed from earlier runs, for nothing."""
    prompt_each: Range
    """Tokens of a prompt, on average."""
    prompt_from: str
    """How they were counted, in a few words."""
    completion_each: Range | None
    """Tokens of an answer, on average; None when nothing says how long answers may get."""
    completion_from: str
    """What says so, in a few words."""
    cost_usd: Range | None
    cost_unknown: str
    """Why the cost is not known; empty where it is."""
    latency_ms: Range | None
    """Of one call, on average; None when nothing is known of the model's pace."""
    hosted: bool = True
    """Whether answers come from outside this process, so that a probe can tell something."""

    @property
    def prompt_tokens(self) -> Range:
        """Of all calls together."""
        return self.prompt_each.scaled(self.calls)

    @property
    def completion_tokens(self) -> Range | None:
        """Of all calls together."""
        return None if self.completion_each is None else self.completion_each.scaled(self.calls)

    @property
    def replayed(self) -> int:
        """How many answers are replayed, about where only a sample of rows was looked up."""
        return self.planned - round(self.calls.middle)

    @property
    def measured(self) -> bool:
        """Whether earlier answers say how long its answers get and take."""
        return not self.calls.high or (self.latency_ms is not None and _length_known(self))


@dataclass(frozen=True)
class JudgeEstimate:
    """One judge."""

    judge: str
    model: str | None
    """Alias of the model it asks; None where none is set."""
    verdicts: int
    calls: Range
    """Requests to its model: each verdict takes as many as the judge has votes. Some answers leave nothing to judge."""
    cost_usd: Range | None
    cost_from: str
    cost_unknown: str
    latency_ms: Range | None
    """Of one verdict, all votes."""
    note: str = ""
    """Why it scores nothing, where that is known before."""


@dataclass(frozen=True)
class Estimate:
    """A run that was not started."""

    arms: tuple[ArmEstimate, ...]
    judges: tuple[JudgeEstimate, ...]
    cost_usd: Range | None
    """Of all whose cost is known; None when none is."""
    at_least: bool
    """Whether something comes on top whose cost is not known."""
    seconds: Range | None
    """From start to end; None when a model's pace is not known."""
    pace_unknown: tuple[str, ...]
    """Models whose pace is not known."""
    unknown_prices: tuple[str, ...]
    """Models that are asked and whose price is not known."""
    too_long: tuple[TooLong, ...]
    """Rows that do not, or may not, fit a model's window, of those whose whole prompt was looked at."""
    at_once: tuple[int, ...]
    """Calls in flight at most, one figure for each model."""
    rerankers: tuple[RerankEstimate, ...] = ()
    """Models that put the sources of the run's prompts into order."""
    missing_gold: tuple[tuple[str, MissingSpan], ...] = ()
    """Sources that rows name, by the rows' ids, and an index of the run does not have."""
    detectable: Detectable | None = None
    """How small a difference it can show; None where there is none to show."""

    @property
    def planned(self) -> int:
        """How many answers are planned."""
        return sum(arm.planned for arm in self.arms)

    @property
    def verdicts(self) -> int:
        """How many verdicts of judges that have a model; the jurors of a jury give one together."""
        return sum({judge.judge: judge.verdicts for judge in self.judges if judge.model is not None}.values())

    @property
    def replayed(self) -> int:
        """How many of the answers are replayed from earlier runs."""
        return sum(arm.replayed for arm in self.arms)

    @property
    def models(self) -> tuple[str, ...]:
        """Aliases of all models that the run would ask: those of the arms, of the judges, and rerankers."""
        judges = (judge.model for judge in self.judges if judge.model is not None)
        found = (*(arm.model for arm in self.arms), *judges, *(reranker.model for reranker in self.rerankers))
        return tuple(dict.fromkeys(found))

    @property
    def probe_helps(self) -> bool:
        """Whether asking a few rows first would tell something that is not known of a model outside this process."""
        unmeasured = any(arm.hosted and not arm.measured for arm in self.arms)
        judged = any(judge.model is not None and judge.latency_ms is None for judge in self.judges)
        return unmeasured or judged

    def headline(self) -> str:
        """The totals in one line: answers, verdicts, money, time."""
        verdicts = f" + {self.verdicts:,} verdicts" if self.verdicts else ""
        counted = f"{self.planned:,} {'answer' if self.planned == 1 else 'answers'}{verdicts}"
        return f"{counted} · {self.money_words()} · {self.time_words()}"

    def money_words(self) -> str:
        """What it costs, such as `$1.10 to $1.60`."""
        if self.cost_usd is None:
            return "cost unknown"
        if self.at_least:
            return f"at least {money(self.cost_usd.low)}" if self.cost_usd.low else "cost unknown"
        return "costs nothing" if self.cost_usd.high == 0 else money_range(self.cost_usd.low, self.cost_usd.high)

    def time_words(self) -> str:
        """How long it takes, such as `4 to 6 min at 16 at once`."""
        if self.seconds is None:
            return "time unknown"
        least, most = min(self.at_once), max(self.at_once)
        at_once = f"{most}" if least == most else f"{least} to {most}"
        return f"{duration_range(1000 * self.seconds.low, 1000 * self.seconds.high)} at {at_once} at once"

    def notes(self) -> list[str]:
        """What should be known beside the totals, a sentence each.

        How much it can show, what is replayed, what is not known and why.
        """
        shown = [] if self.detectable is None else [self.detectable.sentence]
        return [*shown, *self._replays(), *self._costs_unknown(), *self._lengths(), *self._paces(), *self._asides()]

    def warnings(self) -> list[str]:
        """Rows that are too long, a sentence for each arm."""
        return [
            sentence
            for certain in (True, False)
            for arm in dict.fromkeys(found.arm for found in self.too_long)
            for rows in [[f for f in self.too_long if f.arm == arm and f.certain is certain]]
            if rows
            for sentence in [_too_long(arm, rows, certain=certain)]
        ]

    def words(self) -> list[str]:
        """Headline, notes and warnings."""
        return [self.headline(), *self.notes(), *self.warnings()]

    def __repr__(self) -> str:
        return "\n".join(self.words())

    def _ipython_display_(self) -> None:
        from workbench.workspace.notebook import show_estimate

        show_estimate(self)

    def _replays(self) -> list[str]:
        if not self.replayed:
            return []
        whole = self.replayed == self.planned
        return [
            "All answers are replayed from earlier runs and cost nothing."
            if whole
            else f"{self.replayed:,} of the answers are replayed from earlier runs and cost nothing."
        ]

    def _costs_unknown(self) -> list[str]:
        told: list[str] = []
        if self.unknown_prices:
            total = ""
            if self.cost_usd is not None and self.cost_usd.low > 0:
                total = f", so the total is at least {money(self.cost_usd.low)}"
            told.append(f"{_listed(self.unknown_prices)}: price unknown{total}. Give it a price in workbench.toml.")
        others: list[ArmEstimate | JudgeEstimate] = [*self.arms, *self.judges]
        reasons = (one.cost_unknown for one in others if one.cost_unknown and one.model not in self.unknown_prices)
        return [*told, *dict.fromkeys(reasons)]

    def _lengths(self) -> list[str]:
        guessed = [arm for arm in self.arms if arm.hosted and arm.calls.high and not _length_known(arm)]
        if not guessed:
            return []
        models = _listed(list(dict.fromkeys(arm.model for arm in guessed)))
        most = max((arm.completion_each.high for arm in guessed if arm.completion_each is not None), default=None)
        limit = "" if most is None else f", but at most {most:,.0f} tokens each"
        return [f"How long answers of {models} get is not known yet{limit}."]

    def _paces(self) -> list[str]:
        if not self.pace_unknown:
            return []
        models = _listed(self.pace_unknown)
        return [f"The pace of {models} is not known yet, and so the time. A probe of a few rows tells."]

    def _asides(self) -> list[str]:
        judges = [judge.note for judge in self.judges if judge.note]
        return [*judges, *(reranker.note() for reranker in self.rerankers), *self._gold()]

    def _gold(self) -> list[str]:
        if not self.missing_gold:
            return []
        named = _listed([f"{span} in {row}" for row, span in self.missing_gold])
        return [f"Named as a source of the answer, but not in the index, so not counted as found or missed: {named}."]


def _length_known(arm: ArmEstimate) -> bool:
    return arm.completion_each is not None and arm.completion_each.expected is not None


def _too_long(arm: str, rows: Sequence[TooLong], *, certain: bool) -> str:
    verb = "does not fit" if len(rows) == 1 else "do not fit"
    if not certain:
        verb = "may not fit"
    row = rows[0]
    return (
        f"{_listed([found.example_id for found in rows])} {verb} {arm}, which takes {row.window:,} tokens: "
        f"{row.example_id} would take about {row.tokens:,}."
    )


def _listed(names: Sequence[str]) -> str:
    if len(names) > NAMED:
        return f"{', '.join(names[:NAMED])} and {len(names) - NAMED:,} more"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]

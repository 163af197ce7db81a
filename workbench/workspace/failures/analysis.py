"""What goes wrong in some runs, put together: notes, modes, counts, differences, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from workbench.domain.failure_mode import FailureMode, GroupProposal, ModeQuestion, NoteGroup
from workbench.stats.verdict import PairVerdict
from workbench.workspace.failures.counting import ModeCount, ModeDifference, Saturation
from workbench.workspace.failures.notes import Material, Note

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class FailureAnalysis:
    """The failure modes of some runs as they stand."""

    material: Material
    baseline: str
    counts: Sequence[ModeCount]
    """Of every mode that was seen, in every arm."""
    differences: Sequence[ModeDifference]
    saturation: Saturation
    groups: Sequence[NoteGroup]
    """What is proposed for notes that are not sorted yet; nothing of it is counted."""
    proposal: GroupProposal | None
    """Where the groups are from."""
    questions: Sequence[ModeQuestion]
    """Modes that are a judge's question."""

    @property
    def runs(self) -> tuple[str, ...]:
        """Whose notes these are."""
        return self.material.runs

    @property
    def arms(self) -> tuple[str, ...]:
        """Labels, the baseline first."""
        return self.material.arms

    @property
    def notes(self) -> Sequence[Note]:
        """All notes, in the order in which they were written."""
        return self.material.notes

    @property
    def unsorted(self) -> Sequence[Note]:
        """Notes that are in no mode yet."""
        return self.material.unsorted

    @cached_property
    def modes(self) -> Sequence[FailureMode]:
        """The modes in use that some note is in, the most frequent first."""
        seen = {mode.id: len(self.material.of_mode(mode.id)) for mode in self.material.book.in_use}
        return sorted(
            (mode for mode in self.material.book.in_use if seen[mode.id]), key=lambda mode: (-seen[mode.id], mode.name)
        )

    @property
    def unseen(self) -> Sequence[FailureMode]:
        """The modes in use that no note of these runs is in."""
        return [mode for mode in self.material.book.in_use if mode not in self.modes]

    def notes_of(self, mode: str) -> Sequence[Note]:
        """The notes in a mode."""
        return self.material.of_mode(mode)

    def count(self, mode: str, arm: str) -> ModeCount:
        """How often a mode was seen in an arm."""
        return next(count for count in self.counts if (count.mode, count.arm) == (mode, arm))

    @property
    def sentences(self) -> list[str]:
        """What there is to say about how much was read, in plain English."""
        reviewed = len(self.material.reviewed)
        if not reviewed:
            return ["No answer was reviewed yet."]
        wrong = len({note.trial_id for note in self.notes})
        said = [f"{wrong:,} of {reviewed:,} reviewed answers have something wrong with them."]
        if self.unsorted:
            count = len(self.unsorted)
            said.append(f"{count:,} {'note is' if count == 1 else 'notes are'} not sorted into a failure mode yet.")
        silent = sum(not note.text and not note.modes for note in self.notes)
        if silent:
            said.append(f"{silent:,} of these {'says' if silent == 1 else 'say'} nothing but that the answer failed.")
        learned = sum(not one.counts for one in self.material.reviewed)
        if learned:
            were = (
                "answer was picked to learn from and is"
                if learned == 1
                else "answers were picked to learn from and are"
            )
            said.append(f"{learned:,} {were} left out of the shares.")
        return said + ([self.saturation.sentence] if self.modes else [])

    def told_apart(self, names: Mapping[str, str]) -> list[str]:
        """In which modes arms differ, and in which they do not; `names` are what to call the arms."""
        return self._sentences(names, ("better", "worse", "same"))

    def not_told_apart(self, names: Mapping[str, str]) -> list[str]:
        """In which modes that cannot be said yet, and what would settle it."""
        return self._sentences(names, ("cannot tell yet", "too few"))

    def _sentences(self, names: Mapping[str, str], verdicts: Sequence[PairVerdict]) -> list[str]:
        titles = {mode.id: mode.name for mode in self.modes}
        return [
            one.sentence(titles[one.mode], names.get(one.arm, one.arm), names.get(one.baseline, one.baseline))
            for verdict in verdicts
            for one in self.differences
            if one.result.verdict == verdict
        ]

    def shares(self, names: Mapping[str, str]) -> pd.DataFrame:
        """For a chart: columns mode, arm, mean, low, high, n; `names` are what to call the arms."""
        import pandas as pd

        titles = {mode.id: mode.name for mode in self.modes}
        found = {(count.mode, count.arm): count.share for count in self.counts}
        rows = [
            (titles[mode], names.get(arm, arm), share.mean, share.low, share.high, share.n)
            for mode in titles
            for arm in self.arms
            if (share := found[mode, arm]).n
        ]
        return pd.DataFrame(rows, columns=["mode", "arm", "mean", "low", "high", "n"])

    def as_json(self) -> dict[str, Any]:
        """The same as one JSON document."""
        return {
            "runs": list(self.runs),
            "arms": list(self.arms),
            "baseline": self.baseline,
            "reviewed": len(self.material.reviewed),
            "notes": len(self.notes),
            "unsorted": [_note_json(note) for note in self.unsorted],
            "modes": [self._mode_json(mode) for mode in self.modes],
            "saturation": {**asdict(self.saturation), "reached": self.saturation.reached},
        }

    def _mode_json(self, mode: FailureMode) -> dict[str, Any]:
        return {
            "id": mode.id,
            "name": mode.name,
            "description": mode.description,
            "notes": [_note_json(note) for note in self.notes_of(mode.id)],
            "questions": [
                {"judge": one.judge, "question": one.question} for one in self.questions if one.mode == mode.id
            ],
            "arms": [
                {"arm": count.arm, "answers": count.answers, "reviewed": count.reviewed, **_share_json(count)}
                for count in self.counts
                if count.mode == mode.id
            ],
            "differences": [
                {
                    "arm": one.arm,
                    "baseline": one.baseline,
                    **{
                        name: getattr(one.result, name)
                        for name in (
                            "n",
                            "difference",
                            "low",
                            "high",
                            "p_value",
                            "method",
                            "verdict",
                            "needed_examples",
                        )
                    },
                }
                for one in self.differences
                if one.mode == mode.id
            ],
        }


def _note_json(note: Note) -> dict[str, Any]:
    return {
        "trial_id": note.trial_id,
        "example": note.example,
        "reviewer": note.reviewer,
        "verdict": note.verdict,
        "note": note.text,
    }


def _share_json(count: ModeCount) -> dict[str, Any]:
    share = count.share
    return {"share": share.mean, "low": share.low, "high": share.high, "n": share.n, "method": share.method}

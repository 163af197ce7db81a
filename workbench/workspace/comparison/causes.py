"""In what two arms of a run differ, so that a difference in quality is put down to the prompt, retrieval or the model."""

from __future__ import annotations

from dataclasses import dataclass, replace

from workbench.domain.run import Arm

SAME_SOURCES = "Both were shown the same sources, so the difference is the prompt's."
SAME_PROMPT = "Same prompt, other sources: the difference is retrieval's."
MIXED = "Prompt and sources both differ, so the two causes are mixed."
SAME_BUT_MODEL = "Same prompt, same sources: the difference is the model's."


@dataclass(frozen=True)
class Difference:
    """In what an arm differs from the baseline."""

    prompt: bool
    """Whether the prompts differ in anything but how sources are found."""
    model: bool
    answers: int
    """Examples and repeats that both answered, and for which at least one was shown sources."""
    other_sources: int
    """Those of them for which they were shown other sources, or the same in another order."""

    @property
    def sources(self) -> bool:
        """Whether the sources differ anywhere."""
        return self.other_sources > 0

    @property
    def sentence(self) -> str:
        """What was held still, and so what the difference is due to; empty where no sources were shown."""
        if not self.answers or not (self.prompt or self.model or self.sources):
            return ""
        if self.model:
            return self._with_another_model()
        if not self.sources:
            return SAME_SOURCES
        return f"{MIXED if self.prompt else SAME_PROMPT} {self.how_many}"

    @property
    def how_many(self) -> str:
        """For how many answers the sources differ."""
        return f"Other sources were shown for {self.other_sources:,} of {self.answers:,} answers."

    def _with_another_model(self) -> str:
        others = [name for name, differs in (("prompt", self.prompt), ("sources", self.sources)) if differs]
        if not others:
            return SAME_BUT_MODEL
        return f"Model and {' and '.join(others)} differ, so the causes are mixed."


def difference(baseline: Arm, arm: Arm, *, answers: int, other_sources: int) -> Difference:
    """How two arms differ, with how often they were shown other sources."""
    return Difference(_asked(baseline) != _asked(arm), _model(baseline) != _model(arm), answers, other_sources)


def _asked(arm: Arm) -> object:
    return replace(arm.prompt.content, retrieval=None)


def _model(arm: Arm) -> object:
    return arm.model.model, arm.model.api_base, arm.model.revision, arm.model.parameters

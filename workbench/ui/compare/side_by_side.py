"""One example closely: the arms' answers beside each other, words that differ marked, sources, and why each score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from workbench.domain.score import MetricInfo, Scored
from workbench.stats.numbers import UNKNOWN, duration, money
from workbench.text.word_diff import marked
from workbench.ui.compare import keeping, words
from workbench.ui.compare.choices import Choice
from workbench.ui.components import address
from workbench.ui.components.examples import show_example
from workbench.ui.components.sources import show_sources
from workbench.ui.components.tables import show_table
from workbench.ui.components.text import beginning, html_text, plain
from workbench.workspace import Workbench
from workbench.workspace.comparison.answers import Answer
from workbench.workspace.comparison.examples import ExampleChange
from workbench.workspace.comparison.likely_causes import GoldShown, GoldSource, likely_cause


def show(wb: Workbench, choice: Choice, change: ExampleChange) -> None:
    """The example, both answers, a table of their scores with reasons, and what can be done with an imported row."""
    example = change.example
    with st.container(border=True):
        st.markdown(f"**{plain(example.id)}**" + "".join(f" :gray-badge[{plain(tag)}]" for tag in example.tags))
        show_example(example)
    repeat = 1
    if choice.comparison.run.repeats > 1:
        repeats = [str(number) for number in range(1, choice.comparison.run.repeats + 1)]
        repeat = int(address.pick("Repeat", repeats, "repeat", width=160))
    answers = wb.answers.to_example(choice.comparison.run.id, example.id, repeat)
    labels = [choice.comparison.baseline, *([choice.arm] if choice.paired else [])]
    shown = [next((a for a in answers if a.arm == label), None) for label in labels]
    texts = _texts(shown)
    baseline = None if shown[0] is None else shown[0].gold
    for label, answer, text, column in zip(labels, shown, texts, st.columns(len(labels)), strict=True):
        with column:
            _answer(choice.names[label], answer, text)
            if answer is not None and answer.output is not None:
                _gold(answer, None if answer is shown[0] else baseline)
    infos = {name: figure.info for name, figure in choice.comparison.arms[0].metrics.items()}
    _scores({choice.names[label]: answer for label, answer in zip(labels, shown, strict=True)}, infos)
    keeping.offer(wb, choice, change)


def _texts(answers: Sequence[Answer | None]) -> Sequence[str]:
    outputs = [answer.output for answer in answers if answer is not None and answer.output is not None]
    if len(answers) == len(outputs) == 2:
        return marked(*(beginning(output.completion.text) for output in outputs))
    return [html_text(a.output.completion.text) if a is not None and a.output is not None else "" for a in answers]


def _answer(name: str, answer: Answer | None, text: str) -> None:
    st.markdown(f"**{plain(name)}**")
    if answer is None:
        st.info("Not asked yet.", icon=":material/hourglass_empty:")
        return
    if answer.failure is not None:
        st.error(plain(answer.failure.message), title="No answer came", icon=":material/error:")
    if answer.output is None:
        return
    output = answer.output
    with st.container(border=True):
        if output.completion.text:
            st.html(text)
        else:
            st.caption("The answer is empty.")
    tokens = output.completion.usage
    counted = [count for count in (tokens.prompt_tokens, tokens.completion_tokens) if count is not None]
    loaded = " with loading the model" if output.cold_start else ""
    facts = [f"{duration(output.completion.latency_ms)}{loaded}"]
    facts += [" + ".join(f"{count:,}" for count in counted) + " tokens" if counted else f"tokens {UNKNOWN}"]
    facts += [f"cost {money(output.cost_usd)}"]
    facts += ["replayed: times and cost are those of an earlier run"] if output.cache_hit else []
    st.caption(plain(" · ".join(facts)))
    for note in output.completion.notes:
        st.caption(f":material/info: {plain(note)}")
    show_sources(
        output.retrieved,
        answer.cited,
        key=f"sources-{answer.arm}-{answer.repeat}-{output.example_id}",
        right=() if answer.gold is None else answer.gold.right,
    )


def _gold(answer: Answer, baseline: GoldShown | None) -> None:
    """Which of the sources that hold the answer were found, and what follows for a wrong answer."""
    gold = answer.gold
    if gold is None:
        return
    said = [_found(source) for source in gold.sources]
    said += [f"– not in the index: {plain(missing)}" for missing in gold.not_in_index]
    st.caption(f"Right sources: {' · '.join(said)}")
    if cause := likely_cause(answer.values, gold, baseline):
        st.warning(plain(cause), icon=":material/search_off:")


def _found(source: GoldSource) -> str:
    """Markdown: whether a right source was shown."""
    if source.rank is None:
        return f"✗ **{plain(source.text)}** not found"
    return f"✓ **{plain(source.text)}** found at rank {source.rank}"


def _scores(answers: Mapping[str, Answer | None], infos: Mapping[str, MetricInfo]) -> None:
    given = {
        name: {score.metric: score.result for score in answer.scores}
        for name, answer in answers.items()
        if answer is not None
    }
    rows = []
    for metric, info in infos.items():
        results = {name: scores[metric] for name, scores in given.items() if metric in scores}
        if not results:
            continue
        row = {"Score": info.title}
        for name in given:
            result = results.get(name)
            row[name] = words.value(result.value, info) if isinstance(result, Scored) else "–\u00a0unscored"
            row[f"Why, {name}"] = "" if result is None else result.reason
        rows.append(row)
    if rows:
        show_table(rows, alt="The scores of these answers, each with its reason", stacked="reasons")

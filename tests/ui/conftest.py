"""A tiny finished project for pages to show, and the app opened on it as a browser would."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest, local_script_runner

from workbench import Workbench
from workbench.domain.actor import Actor
from workbench.domain.dataset import Check, Example
from workbench.domain.prompt import (
    CitationPolicy,
    FewShot,
    Message,
    Policy,
    PromptContent,
    PromptFile,
    RetrievalSettings,
)
from workbench.workspace.projects import init

T = TypeVar("T")

APP = Path(__file__).resolve().parents[2] / "workbench" / "ui" / "app.py"
TIMEOUT_S = 20

PROMPT, DATASET, INDEX = "desk", "golden", "library"
REFUSAL = "Please ask at the desk."
DOCUMENTS = {
    "hours.md": "# Opening hours\n\nThe library opens at 9 am on weekdays.\n\n## Sunday\n\nIt is closed on Sunday.\n",
    "loans.md": "# Loans\n\nA book is lent for 21 days.\n\n## Late books\n\nA late book costs 20 cents a day.\n",
}


def content(system: str, **fields: object) -> PromptContent:
    """A prompt that answers from the index."""
    return PromptContent(
        messages=(Message("system", system), Message("user", "Sources:\n\n{{context}}\n\nQuestion: {{question}}")),
        variables=("context", "question"),
        retrieval=RetrievalSettings(index=INDEX, k=2),
        **fields,
    )


def examples() -> list[Example]:
    """Six questions; the documents do not hold the answer to the last one."""
    asked = [
        ("When does the library open on weekdays?", "9 am", ("hours.md",)),
        ("Is the library open on Sunday?", "closed", ("hours.md#Sunday",)),
        ("For how many days is a book lent?", "21 days", ("loans.md",)),
        ("What does a late book cost a day?", "20 cents", ("loans.md#Late books",)),
        ("At what hour are the doors open on weekdays?", "9 am", ("hours.md",)),
    ]
    answerable = [
        Example(
            id=f"q-{number}",
            inputs={"question": question},
            expected=expected,
            relevant=relevant,
            checks=(Check("icontains", expected),),
            tags=("hours" if relevant[0].startswith("hours") else "loans",),
        )
        for number, (question, expected, relevant) in enumerate(asked, 1)
    ]
    refused = Example(
        id="q-6", inputs={"question": "Who wrote Hamlet?"}, expect="refuse", tags=("outside",), must_pass=True
    )
    return [*answerable, refused]


@pytest.fixture(autouse=True)
def the_main_module_stays() -> Iterator[None]:
    """A script that AppTest runs becomes `__main__`, which every process spawned later would try to run again."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture(scope="session", autouse=True)
def _components_looked_for_once() -> Iterator[None]:
    """Streamlit reads the description of every installed package for each app it opens, which takes half a second."""
    found = manifest_scanner.scan_component_manifests()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", lambda: found)
        yield


@pytest.fixture(scope="session", autouse=True)
def _waiting_costs_nothing() -> Iterator[None]:
    """AppTest looks a thousand times a second whether the script has ended, which takes time from the script."""
    look = local_script_runner.require_widgets_deltas

    def wait_then_look(runner: local_script_runner.LocalScriptRunner, timeout: float = TIMEOUT_S) -> None:
        runner._script_thread.join(timeout)
        look(runner, 0.0 if runner._script_thread.is_alive() else timeout)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local_script_runner, "require_widgets_deltas", wait_then_look)
        yield


@pytest.fixture(scope="session")
def built_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two prompt versions, six examples, an index of two documents, and one finished run. Not to be changed."""
    root = tmp_path_factory.mktemp("project") / "library"
    init(root)
    for name, text in DOCUMENTS.items():
        (root / "documents").mkdir(exist_ok=True)
        (root / "documents" / name).write_text(text, encoding="utf-8")
    cited = Policy(refusal=REFUSAL, citations=CitationPolicy(required=True))
    careful = f'Use only the sources. Cite each as [n]. If they do not say it, reply with exactly: "{REFUSAL}"'
    with Workbench.open(root) as wb:
        wb.build_index(INDEX, root / "documents")
        wb.add_dataset(examples(), name=DATASET)
        wb.add_prompt(PromptFile(PROMPT, content("Answer the question."), changelog="A first attempt."))
        pair = FewShot({"question": "Is there a lift?", "context": "[1] There is a lift."}, "Yes [1].")
        wb.prompts.save(
            PromptFile(PROMPT, content(careful, policy=cited, few_shot=(pair,)), changelog="Cite and decline."),
            parent=1,
        )
        wb.run([f"{PROMPT}@1", f"{PROMPT}@2"], DATASET)
    return root


@pytest.fixture
def project(built_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the finished project that the app opens and a test may change."""
    root = tmp_path / "library"
    shutil.copytree(built_project, root)
    yield from _opened_by_the_app(root, monkeypatch)


def made_of(built_project: Path, tmp_path_factory: pytest.TempPathFactory, change: Callable[[Workbench], T]) -> T:
    """What `change` makes of a copy of the finished project, done by ben; see `tests.support.projects.begin_with`."""
    root = tmp_path_factory.mktemp("made") / "library"
    shutil.copytree(built_project, root)
    with Workbench.open(root, actor=Actor("ben")) as wb:
        made = change(wb)
        wb.context.store.checkpoint()
    return made


@pytest.fixture
def empty_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A project in which nothing was done yet."""
    root = init(tmp_path / "empty").directory
    yield from _opened_by_the_app(root, monkeypatch)


def _opened_by_the_app(root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("WORKBENCH_PROJECT", str(root))
    monkeypatch.setenv("WORKBENCH_USER", "ann")
    st.cache_resource.clear()
    st.cache_data.clear()
    yield root
    st.cache_resource.clear()


@pytest.fixture
def show() -> Callable[..., AppTest]:
    """Open a page of the app as a link would: `show("prompts", col1="2")`."""
    return _shown


@pytest.fixture(scope="session")
def seen(built_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., AppTest]:
    """As `show` for the finished project as it was made, each page drawn once for all tests. Nothing may be pressed."""
    root = tmp_path_factory.mktemp("seen") / "library"
    shutil.copytree(built_project, root)
    drawn: dict[str, AppTest] = {}

    def once(page: str, **query: str | list[str]) -> AppTest:
        about = repr((page, sorted(query.items())))
        if about not in drawn:
            with pytest.MonkeyPatch.context() as patch:
                for _ in _opened_by_the_app(root, patch):
                    drawn[about] = _shown(page, **query)
        return drawn[about]

    return once


def _shown(page: str, **query: str | list[str]) -> AppTest:
    at = AppTest.from_file(str(APP), default_timeout=TIMEOUT_S)
    for name, value in query.items():
        at.query_params[name] = value
    at.switch_page(f"../../pages/{page}.py")
    return at.run()

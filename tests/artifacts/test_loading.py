"""Exported prompts, read where they are used."""

import json
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import get_args

import pytest

from tests.support.artifacts import stand
from workbench import load_prompt
from workbench.artifacts.export import export
from workbench.domain.prompt import FewShot, MessageRole
from workbench.errors import FormatError, InputError, IntegrityError, MissingVariableError, NotFoundError
from workbench.hashing import bytes_hash

ROOT = Path(__file__).parents[2]
SCHEMA = {"type": "object", "properties": {"answer": {"type": "string"}}}


@pytest.fixture
def exported(artifact, tmp_path):
    """A folder with support 1.0.0 in production and 1.1.0 in dev."""
    export(tmp_path, artifact("1.0.0"))
    export(tmp_path, artifact("1.1.0", user="Be brief. {{question}}"))
    stand(tmp_path, "support", production="1.0.0")
    return tmp_path


def test_the_release_in_an_environment_is_found_and_filled(exported):
    released = load_prompt("support", directory=exported)
    newer = load_prompt("support", environment="dev", directory=str(exported))

    assert (released.version, released.environment) == ("1.0.0", "production")
    assert released.messages(question="Why?") == [{"role": "user", "content": "Why?"}]
    assert newer.messages({"question": "Why?"}) == [{"role": "user", "content": "Be brief. Why?"}]
    assert load_prompt("support", version="1.1.0", directory=exported).hash == newer.hash != released.hash


def test_everything_that_a_call_needs_comes_along(artifact, tmp_path):
    made = artifact(
        fields={
            "model": "mini",
            "parameters": {"temperature": 0.1},
            "few_shot": (FewShot({"question": "1+1?"}, "2"),),
            "tools": ({"name": "look_up"},),
            "response_schema": SCHEMA,
        }
    )
    export(tmp_path, made)

    prompt = load_prompt("support", version="1.0.0", directory=tmp_path)

    assert (prompt.model, prompt.parameters, prompt.variables) == ("mini", {"temperature": 0.1}, ("question",))
    assert (prompt.tools, prompt.response_schema, len(prompt.few_shot)) == (({"name": "look_up"},), SCHEMA, 1)
    assert prompt.hash == made.prompt_hash
    whole = prompt.content
    assert (whole.model, whole.parameters, whole.variables) == (prompt.model, prompt.parameters, prompt.variables)
    assert (whole.tools, whole.response_schema, whole.few_shot) == (
        prompt.tools,
        prompt.response_schema,
        prompt.few_shot,
    )
    asked = prompt.messages({"question": "2+2?"}, history=[{"role": "user", "content": "Hello"}])
    assert [turn["content"] for turn in asked] == ["1+1?", "2", "Hello", "2+2?"]
    from_langchain = prompt.to_langchain().format_messages(question="2+2?")
    assert [message.content for message in from_langchain] == ["1+1?", "2", "2+2?"]


def test_earlier_turns_may_be_of_every_role_that_a_prompt_knows(exported):
    earlier = [{"role": role, "content": role} for role in get_args(MessageRole)]
    sent = load_prompt("support", directory=exported).messages(question="Why?", history=earlier)
    assert sent == [*earlier, {"role": "user", "content": "Why?"}]


def test_a_missing_value_is_named_and_nothing_is_filled_in_for_it(exported):
    with pytest.raises(MissingVariableError, match="'question'"):
        load_prompt("support", directory=exported).messages(answer="42")
    with pytest.raises(InputError, match="no turn of a conversation"):
        load_prompt("support", directory=exported).messages(question="a", history=[{"role": "boss", "content": ""}])


@pytest.mark.parametrize(
    ("asked", "error", "says"),
    [
        ({"name": "suport"}, NotFoundError, "Did you mean 'support'"),
        ({"name": "../support"}, InputError, "cannot be a folder's name"),
        ({"version": "9.9.9"}, NotFoundError, "1.0.0, 1.1.0|1.1.0"),
        ({"version": "../../secret"}, NotFoundError, "version"),
        ({"environment": "staging"}, InputError, r"No release stands in staging.*production \(1\.0\.0\)"),
        ({"environment": "qa"}, NotFoundError, "environment in .*environments.yaml"),
        ({"environment": "dev", "version": "1.0.0"}, InputError, "not by both"),
        ({"directory": "/nowhere"}, NotFoundError, "holds prompts/NAME"),
    ],
)
def test_what_is_not_there_is_said_with_the_way_out(exported, asked, error, says):
    with pytest.raises(error, match=says):
        load_prompt(**{"name": "support", "directory": exported, **asked})


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("versions/1.0.0.prompt.yaml", lambda data: data.replace(b"question", b"answer")),
        ("versions/1.0.0.prompt.yaml", lambda _: None),
        ("environments.yaml", lambda data: data.replace(b"production: 1.0.0", b"production: 1.1.0")),
        ("environments.yaml", lambda _: None),
        ("manifest.json", lambda data: data.replace(b'"files"', b'"flies"')),
        ("manifest.json", lambda _: b"\xff"),
        ("manifest.json", lambda data: data.replace(b"environments.yaml", b"environment.yaml")),
    ],
)
def test_a_file_that_was_changed_is_named_and_not_used(exported, file, change):
    path = exported / "prompts/support" / file
    changed = change(path.read_bytes())
    path.unlink()
    if changed is not None:
        path.write_bytes(changed)

    with pytest.raises(IntegrityError, match=path.name):
        load_prompt("support", directory=exported)


def test_a_link_out_of_the_folder_and_another_prompts_file_are_refused(exported, artifact, tmp_path):
    folder = exported / "prompts/support"
    file, outside = folder / "versions/1.0.0.prompt.yaml", tmp_path / "outside.yaml"
    outside.write_bytes(file.read_bytes())
    file.unlink()
    file.symlink_to(outside)
    with pytest.raises(IntegrityError, match="leads out of its folder"):
        load_prompt("support", directory=exported)

    file.unlink()
    file.write_bytes(outside.read_bytes().replace(b"prompt_name: support", b"prompt_name: other"))
    listed = json.loads((folder / "manifest.json").read_text())
    listed["files"]["versions/1.0.0.prompt.yaml"] = bytes_hash(file.read_bytes())
    (folder / "manifest.json").write_text(json.dumps(listed))
    with pytest.raises(IntegrityError, match="is the prompt 'other'"):
        load_prompt("support", directory=exported)


def test_a_file_that_was_listed_but_is_no_prompt_says_where(exported):
    folder = exported / "prompts/support"
    file = folder / "versions/1.0.0.prompt.yaml"
    file.write_text("prompt_name: support\nmessages: [{role: user}]\n")
    listed = json.loads((folder / "manifest.json").read_text())
    listed["files"]["versions/1.0.0.prompt.yaml"] = bytes_hash(file.read_bytes())
    (folder / "manifest.json").write_text(json.dumps(listed))

    with pytest.raises(FormatError, match=r"1\.0\.0\.prompt\.yaml, line 2"):
        load_prompt("support", directory=exported)


def test_pyyaml_is_the_only_library_that_is_needed_and_nothing_is_imported_that_takes_long(artifact, tmp_path):
    """In an interpreter that sees the standard library, this package and PyYAML, and nothing else."""
    export(tmp_path, artifact(fields={"response_schema": SCHEMA}))
    alone = tmp_path / "alone"
    alone.mkdir()
    (alone / "yaml").symlink_to(Path(sysconfig.get_path("purelib")) / "yaml")
    (alone / "workbench").symlink_to(ROOT / "workbench")
    probe = (
        f"import sys; sys.path.insert(0, {str(alone)!r})\n"
        "from workbench import load_prompt\n"
        f"print(load_prompt('support', environment='dev', directory={str(tmp_path)!r}).messages(question='Why?'))\n"
        "names = {name.partition('.')[0] for name in sys.modules}\n"
        "foreign = names - set(sys.stdlib_module_names) - {'__main__'}\n"
        "print(sorted(name for name in foreign if 'cython' not in name))\n"
        "print([name for name in ('workbench.store', 'workbench.domain.prompt', 'dataclasses') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-E", "-c", probe], capture_output=True, text=True, check=False, timeout=60, cwd="/"
    )

    assert done.stdout.splitlines() == [
        "[{'role': 'user', 'content': 'Why?'}]",
        "['workbench', 'yaml']",
        "[]",
    ], done.stdout + done.stderr

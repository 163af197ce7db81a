"""A commit on a branch of its own leaves everything else in the repository as it was."""

import pytest

from tests.support.repository import a_repository, git, untouched, without_identity
from workbench.artifacts.git import Repository, top_of
from workbench.errors import InputError

FILES = {"prompts/a/x.yaml": b"one\r\n\xc3\xa9", "prompts/check.sh": b"#!/bin/sh\n"}


def commit(folder, files=FILES, branch="prompts/a-1.0.0"):
    return Repository.around(folder).commit(files, branch=branch, message="Release a 1.0.0\n\nWhy.\n")


def test_the_files_stand_on_the_branch_on_top_of_what_is_checked_out(tmp_path):
    repository = a_repository(tmp_path / "r")
    made = commit(repository)

    assert made.files == tuple(FILES)
    assert git(repository, "rev-parse", f"{made.branch}^") == git(repository, "rev-parse", "main")
    assert git(repository, "show", f"{made.branch}:README.md") == "version 0"
    assert git(repository, "log", "-1", "--format=%an %s %b", made.branch) == "Ada Release a 1.0.0 Why."
    assert Repository.around(repository).present(made.commit, "prompts/a/x.yaml") == FILES["prompts/a/x.yaml"]
    assert git(repository, "ls-tree", made.branch, "prompts/check.sh").startswith("100755")


def staged_and_not(folder):
    (folder / "staged.txt").write_text("staged")
    git(folder, "add", "staged.txt")
    (folder / "README.md").write_text("not staged")
    (folder / "prompts").mkdir()
    (folder / "prompts/untracked.txt").write_text("untracked")


def detached(folder):
    git(folder, "checkout", "--quiet", "--detach")


def in_a_conflict(folder):
    git(folder, "checkout", "--quiet", "-b", "other", "HEAD")
    (folder / "README.md").write_text("theirs\n")
    git(folder, "commit", "--quiet", "-am", "theirs")
    git(folder, "checkout", "--quiet", "main")
    (folder / "README.md").write_text("ours\n")
    git(folder, "commit", "--quiet", "-am", "ours")
    git(folder, "merge", "other", check=False)


def with_hooks_that_refuse(folder):
    for name in ("pre-commit", "commit-msg", "reference-transaction", "post-index-change"):
        hook = folder / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text("#!/bin/sh\ntouch hook-ran\nexit 1\n")
        hook.chmod(0o755)


def with_line_endings_changed(folder):
    (folder / ".gitattributes").write_text("* text=auto eol=crlf\n")
    git(folder, "add", ".gitattributes")
    git(folder, "commit", "--quiet", "-m", "Endings")


@pytest.mark.parametrize(
    "state", [staged_and_not, detached, in_a_conflict, with_hooks_that_refuse, with_line_endings_changed]
)
def test_work_in_progress_stays_as_it_is(tmp_path, state):
    repository = a_repository(tmp_path / "r")
    state(repository)
    before = untouched(repository)

    made = commit(repository)

    assert untouched(repository) == before
    assert Repository.around(repository).present(made.commit, "prompts/a/x.yaml") == FILES["prompts/a/x.yaml"]
    assert "hook-ran" not in git(repository, "status", "--porcelain")


def test_a_repository_without_a_commit_gets_its_first_one_on_the_branch(tmp_path):
    repository = a_repository(tmp_path / "r", commits=0)
    (repository / "mine.txt").write_text("mine")
    git(repository, "add", "mine.txt")
    before = untouched(repository)

    made = commit(repository)

    assert git(repository, "ls-tree", "-r", "--name-only", made.branch).split() == sorted(FILES)
    assert untouched(repository) == before


def test_again_there_is_nothing_to_commit_and_a_change_goes_on_top(tmp_path):
    repository = a_repository(tmp_path / "r")
    first = commit(repository)

    again = commit(repository)
    assert (again.commit, again.created, again.files) == (first.commit, False, ())

    changed = commit(repository, {"prompts/a/x.yaml": b"two"})
    assert changed.files == ("prompts/a/x.yaml",)
    assert git(repository, "rev-parse", f"{changed.branch}^") == first.commit


def test_a_branch_that_is_checked_out_is_left_alone(tmp_path):
    repository = a_repository(tmp_path / "r")
    git(repository, "checkout", "--quiet", "-b", "prompts/a-1.0.0")

    with pytest.raises(InputError, match="is checked out"):
        commit(repository)
    with pytest.raises(InputError, match="cannot be a branch's name"):
        commit(repository, branch="a..b")


def test_without_a_name_git_says_how_to_give_one(tmp_path, monkeypatch):
    without_identity(monkeypatch, tmp_path)
    repository = a_repository(tmp_path / "r", identity=False, commits=0)

    with pytest.raises(InputError, match=r"does not know who you are.*git config user\.name"):
        commit(repository)
    assert git(repository, "branch", "--list") == ""


def test_a_folder_inside_the_repository_need_not_exist_yet(tmp_path, monkeypatch):
    repository = a_repository(tmp_path / "r")
    other = a_repository(tmp_path / "other")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))  # as within a hook of another repository

    made = commit(repository / "sub" / "é folder")

    monkeypatch.delenv("GIT_DIR")
    assert made.files == tuple(f"sub/é folder/{path}" for path in FILES)
    assert not (repository / "sub").exists()
    assert git(other, "branch", "--list", "prompts/*") == ""


def test_outside_of_a_repository_it_says_so(tmp_path):
    with pytest.raises(InputError, match="is in no git repository"):
        commit(tmp_path)
    assert top_of(tmp_path) is None

"""The README's section for those who come from another tool, carried out as it is written, on the sample it names."""

from __future__ import annotations

import subprocess
import sys

from tests.support.commands import ROOT, environment

SHELL = f'workbench() {{ "{sys.executable}" -c "from workbench.cli.main import main; main()" "$@"; }}\n'


def test_the_readmes_commands_give_the_verdict_that_it_tells(tmp_path):
    (tmp_path / "datasets").symlink_to(ROOT / "datasets")
    told = [sys.executable, ROOT / ".ci" / "readme-command", "second-opinion"]
    commands = subprocess.run(told, capture_output=True, text=True, check=True).stdout.splitlines()
    assert commands[-1].split("#")[0].split() == ["workbench", "--project", "second-opinion", "app"]

    done = subprocess.run(
        ["bash", "-euc", SHELL + "\n".join(commands[:-1])],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "Cannot tell yet" in done.stdout
    assert "about 35 more examples would settle it" in done.stdout
    assert "86%" in done.stdout
    assert "64%" in done.stdout

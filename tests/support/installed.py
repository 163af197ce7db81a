"""The program as people get it: the wheel, installed beside its dependencies, far from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 120


@dataclass(frozen=True)
class Installed:
    """The installed program, in the environment of somebody who has nothing else."""

    home: Path

    @property
    def program(self) -> Path:
        """The command `workbench`."""
        return self.home / "environment" / "bin" / "workbench"

    def served(self, **variables: str) -> dict[str, Any]:
        """What `ServedApp` has to know to start it, with these variables in the environment."""
        return {"program": [str(self.program)], "environment": clean_environment(self.home, **variables)}

    def __call__(self, *arguments: object, cwd: Path, **variables: str) -> str:
        """Run a command that has to succeed; what it printed."""
        done = subprocess.run(
            [self.program, *map(str, arguments)],
            cwd=cwd,
            env=clean_environment(self.home, **variables),
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def install(home: Path) -> None:
    """Build the wheel of this checkout and install it into a new environment in this folder.

    The dependencies are those of the running tests. The checkout, which these tests have installed as well, is not seen.
    """
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", home / "dist"]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = (home / "dist").glob("*.whl")
    folder = home / "environment"
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    site = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    # Of a folder that a .pth names, .pth files are not read: so an editable installation stays out.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", "--quiet", wheel]
    subprocess.run(pip, check=True, capture_output=True)


def clean_environment(home: Path, **variables: str) -> dict[str, str]:
    """What a new account has in its environment, and what is given."""
    return {"PATH": os.environ.get("PATH", ""), "HOME": str(home), "PYTHONUTF8": "1", **variables}

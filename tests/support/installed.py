"""The program as people get it: the wheel, installed beside its dependencies, far from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def build_wheel(folder: Path) -> Path:
    """Build the wheel of this checkout."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def install(wheel: Path, folder: Path) -> Path:
    """Install a wheel into a new environment there; the path of its command `workbench`.

    The dependencies are those of the running tests. The checkout, which these tests have installed as well, is not seen.
    """
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    site = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    # Of a folder that a .pth names, .pth files are not read: so an editable installation stays out.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", "--quiet", wheel]
    subprocess.run(pip, check=True, capture_output=True)
    return folder / "bin" / "workbench"


def clean_environment(home: Path, **variables: str) -> dict[str, str]:
    """What a new account has in its environment, and what is given."""
    return {"PATH": os.environ.get("PATH", ""), "HOME": str(home), "PYTHONUTF8": "1", **variables}

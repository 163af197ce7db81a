"""Starting is fast because nothing heavy is imported before it is needed."""

import subprocess
import sys

import pytest

HEAVY = (
    "altair", "bm25s", "chromadb", "duckdb", "langchain_core", "litellm", "numpy", "pandas", "pyarrow", "pypdf",
    "rich", "scipy", "selectolax", "streamlit", "yaml",
)  # fmt: skip


@pytest.mark.parametrize(
    "statement",
    [
        "import workbench",
        "import workbench.domain.run, workbench.domain.protocols, workbench.errors, workbench.hashing",
        "import workbench.cli.main",
        (
            "from click.testing import CliRunner; from workbench.cli.main import cli; "
            "assert CliRunner().invoke(cli, ['--help']).exit_code == 0"
        ),
    ],
)
def test_loads_no_heavy_library(statement):
    probe = f"{statement}\nimport sys\nprint([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=False, timeout=60)

    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def test_the_embedded_path_never_loads_litellm(tmp_path):
    probe = (
        "from workbench.workspace.example import build_example\n"
        f"build_example(__import__('pathlib').Path({str(tmp_path / 'demo')!r}))\n"
        "import sys; print('litellm' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=False, timeout=300)

    assert done.stdout.strip() == "False", done.stdout + done.stderr

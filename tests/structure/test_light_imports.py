"""Starting is fast because nothing heavy is imported before it is needed."""

import subprocess
import sys

import pytest

from tests.support.openai_server import OpenAIServer
from tests.support.projects import PLAIN, jsonl, rows

HEAVY = (
    "aiohttp", "altair", "bm25s", "chromadb", "dask", "distributed", "duckdb", "langchain_core", "litellm", "numpy",
    "pandas", "pyarrow", "pypdf", "rich", "scipy", "selectolax", "streamlit", "yaml",
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


def test_offline_models_and_servers_that_speak_openais_language_never_load_litellm(tmp_path):
    (tmp_path / "answer.prompt.yaml").write_text(PLAIN)
    (tmp_path / "golden.jsonl").write_text(jsonl(rows(3)))
    (tmp_path / "loans.md").write_text("Books are lent for 21 days.")
    probe = (
        "import sys; from workbench import Workbench\n"
        "with Workbench.open('.') as wb:\n"
        "    wb.add_prompt('answer.prompt.yaml'); wb.add_dataset('golden.jsonl', name='golden')\n"
        "    print('workbench.workspace.runs.runs' in sys.modules)\n"
        "    print(wb.build_index('library', 'loans.md').documents)\n"
        "    run = wb.run('answer@1', 'golden', models=['offline/reader', 'server', 'vllm'])\n"
        "    print(run.summary.done, sorted({'litellm', 'openai'} & set(sys.modules)))\n"
    )
    with OpenAIServer() as server:
        (tmp_path / "workbench.toml").write_text(
            '[project]\nname = "Direct"\n'
            f'[models.server]\nmodel = "openai/tiny"\napi_base = "{server.api_base}"\n'
            f'[models.vllm]\nmodel = "hosted_vllm/tiny"\napi_base = "{server.api_base}"\n'
        )
        done = subprocess.run(
            [sys.executable, "-c", probe], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120
        )

    assert done.stdout.split("\n")[:3] == ["False", "1", "9 []"], done.stdout + done.stderr

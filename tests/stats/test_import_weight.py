"""Statistics load no heavy library before something is computed."""

import subprocess
import sys


def test_importing_statistics_loads_neither_scipy_nor_numpy():
    code = (
        "import sys, workbench.stats.paired, workbench.stats.summary, workbench.stats.wording;"
        "print(sorted({'scipy', 'numpy', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

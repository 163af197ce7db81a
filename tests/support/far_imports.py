"""What the processes of a cluster work with, imported once for all of them; see tests.support.cluster.

Nothing is called, for a copied process would lack the threads that a call starts.
"""

from __future__ import annotations

import importlib
import os

# As the program does before it imports LiteLLM, which would fetch its prices otherwise.
os.environ.update(LITELLM_LOCAL_MODEL_COST_MAP="True", LITELLM_MODE="PRODUCTION")

for name in (
    "distributed.cli.dask_scheduler",
    "distributed.cli.dask_worker",
    "tests.support.cluster",
    "workbench.workspace.workbench",
    "litellm",
    "openai",
):
    importlib.import_module(name)

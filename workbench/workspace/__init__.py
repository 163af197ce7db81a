"""Use cases, one folder per noun, and the class that binds them."""

from workbench.workspace.workbench import Workbench

__all__ = ["Workbench"]

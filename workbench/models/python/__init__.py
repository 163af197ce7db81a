"""Models of the user's own: a function or a LangChain Runnable that an alias in `workbench.toml` names."""

"""Whether everything that a project needs is there, and what would leave this machine."""

"""The Release page: evidence, approval, export, history."""

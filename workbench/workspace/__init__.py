"""Use cases, one file per noun, and the class that binds them."""

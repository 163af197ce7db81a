"""Safety by rules: whether attacks succeed, and what answers give away."""

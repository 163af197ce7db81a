"""Foreign formats, one file per format: text in, domain types out, and back."""

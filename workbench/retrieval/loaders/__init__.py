"""One module per file format: bytes in, text with its structure out."""

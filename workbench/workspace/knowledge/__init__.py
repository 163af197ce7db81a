"""Indexes: built from documents, embedded, searched, kept fresh."""

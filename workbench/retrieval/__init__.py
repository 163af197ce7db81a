"""Retrieval: documents, chunks, embeddings and search."""

"""Sentences, words and tokens of any text: what metrics, search and the embedded reader all count by."""

"""What goes wrong: notes become failure modes that the expert edits, and their counts."""

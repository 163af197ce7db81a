"""The Review page: one answer at a time, judged by keyboard, without knowing who wrote it."""

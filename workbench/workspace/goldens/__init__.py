"""Golden sets: import, versions, editing, export."""

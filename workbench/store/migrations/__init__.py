"""The schema's history: an append-only list of functions, a file each. A function's name is its id in the store.

No table has an index, a primary key or a foreign key. DuckDB 1.5 and 2.0 have fatal bugs in their index code, rows
are only ever appended, and one writer thread in the one process that has the file open can look before it appends.
Where several rows speak of the same thing the newest counts. JSON stands in VARCHAR columns, written by `codec`.
"""

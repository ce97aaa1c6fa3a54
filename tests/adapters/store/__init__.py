"""The store, its coffre and its pièces: the same tests on SQLite and on PostgreSQL."""

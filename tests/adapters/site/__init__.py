"""What the site keeps beside a store: the same tests on SQLite and on PostgreSQL."""

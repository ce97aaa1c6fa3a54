"""The aggregates: facts, decisions and attentes, one folder per noun. Pure: no clock, no I/O, no store."""

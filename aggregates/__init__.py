"""The aggregates: facts, decisions and attentes, one file per small noun, else a folder and a file per chapter. Pure: no I/O, no clock."""

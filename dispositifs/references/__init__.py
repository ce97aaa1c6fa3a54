"""Public reference lists, as data files: origin, date and licence in README.md. Read by adapters/listes_publiques.py."""

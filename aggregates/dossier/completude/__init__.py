"""Pièces asked for and received, complétude, and the two ways a request ends here."""

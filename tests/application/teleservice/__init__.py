"""Requests filed on Démarche Numérique, imported on the real store."""

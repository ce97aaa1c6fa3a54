"""Démarche Numérique: what is asked of it, and how its failures are taken."""

"""Démarche Numérique: its GraphQL API, version 2 (demarche.numerique.gouv.fr)."""

"""Reglages, cablage and journaux: the only reader of the environment."""

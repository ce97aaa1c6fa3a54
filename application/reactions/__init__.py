"""Automatismes that send commands to other aggregates: at most 100 per pass, each with a derived id, then one fact."""

"""The queue: one row per aggregate and one per attente."""

"""Clocks and to-do lists in Temporal: ids and instants only, no rule and no truth."""

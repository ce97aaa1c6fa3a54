"""Measured claims, one command."""

"""Acceptance tests speak to the product from the outside; some of them in this process, which is faster."""

from tests.cli.conftest import lancer

__all__ = ["lancer"]

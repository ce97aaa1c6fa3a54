"""The command-line door: build the command, call the handler, print one result."""

from typing import Final

VERSION: Final = "0.1.0"
"""That of pyproject.toml (a test), for an image where no distribution is installed."""

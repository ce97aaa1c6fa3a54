"""What the program says of itself, through structlog, which is read at the first word: most commands say none."""

from collections.abc import Callable
from typing import Any


class _AuPremierMot:
    """A logger; `preparer` is done before its first word."""

    preparer: Callable[[], object] | None = None

    def __getattr__(self, niveau: str) -> Any:
        import structlog

        if self.preparer is not None:
            preparer, self.preparer = self.preparer, None
            preparer()
        return getattr(structlog.get_logger(), niveau)


log = _AuPremierMot()

"""Documents of the institution: a typst template and its data make a PDF declared PDF/A-2a and PDF/UA-1.

The conformity is declared by the tool that writes it and was not verified by veraPDF. The same data, instant, template,
tool and fonts give the same bytes.
"""

import json
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from application.ports import Outils
from kernel.instants import Instant

_ICI: Final = Path(__file__).parent
_MODELES: Final = _ICI / "modeles"
_POLICES: Final = _ICI / "polices"
_NORMES: Final = ("a-2a", "ua-1")


class EditeurTypst:
    """Implements `application.ports.Editeur`."""

    def outils(self, modele: str) -> Outils:
        """Return what makes a document of that template: the digests of its text and of the fonts, the version of the tool."""
        return Outils(
            modele=_empreinte(_MODELES / "lettre.typ", _MODELES / f"{modele}.typ"),
            typst=version("typst"),
            polices=_empreinte(*sorted(_POLICES.glob("*.otf"))),
        )

    def composer(self, modele: str, donnees: Mapping[str, Any], le: Instant, *, projet: bool = False) -> bytes:
        """Return the PDF of these data, dated `le`; a `projet` says on its every page that it was not sent."""
        entrees = {"donnees": json.dumps(donnees, ensure_ascii=False), "projet": "oui" if projet else ""}
        compose = _compilateur().compile(
            str(_MODELES / f"{modele}.typ"),
            format="pdf",
            sys_inputs=entrees,
            pdf_standards=list(_NORMES),
            timestamp=le.replace(microsecond=0),  # a PDF tells seconds, and the tool refuses more
        )
        assert isinstance(compose, bytes)
        return compose


def _compilateur() -> Any:
    """Return a compiler of its own for each document: one keeps the inputs of the last, and threads share nothing."""
    import typst  # only here: a command that writes nothing does not load it

    return typst.Compiler(root=str(_MODELES), font_paths=_polices(), ignore_system_fonts=True)


@cache
def _polices() -> Any:
    """Return the packaged fonts, read once; neither those of the machine nor those of the tool are looked at."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_POLICES)])


def _empreinte(*fichiers: Path) -> str:
    return sha256(b"".join(sha256(fichier.read_bytes()).digest() for fichier in fichiers)).hexdigest()

"""Documents of the institution: a typst template and its data make a PDF declared PDF/A-2a and PDF/UA-1.

The conformity is declared by the tool that writes it and was not verified by veraPDF. The same data, instant, template,
tool and fonts give the same bytes.
"""

import json
import re
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
_SANS_DESSIN: Final = "could not be displayed"
_DESSINABLES: Final = ("\\u0000-\\u04ff\\u1e00-\\u214f", "\\u0000-\\u017e\\u2010-\\u2030\\u20ac")
"""What the fonts draw: the alphabets of Europe, then Latin alone, tried in turn once the tool has refused a sign."""


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
        """Return the PDF of these data, dated `le`; a `projet` says on its every page that it was not sent.

        What people type may have signs that no packaged font draws, and the standards refuse: « [?] » stands for them.
        """
        dites = json.dumps(donnees, ensure_ascii=False)
        for dessinables in (None, *_DESSINABLES):
            try:
                return _composer(
                    modele, dites if dessinables is None else _tracer(dites, dessinables), le, projet=projet
                )
            except RuntimeError as erreur:
                if _SANS_DESSIN not in str(erreur):
                    raise
                panne = erreur
        raise panne


def _composer(modele: str, donnees: str, le: Instant, *, projet: bool) -> bytes:
    compose = _compilateur().compile(
        str(_MODELES / f"{modele}.typ"),
        format="pdf",
        sys_inputs={"donnees": donnees, "projet": "oui" if projet else ""},
        pdf_standards=list(_NORMES),
        timestamp=le.replace(microsecond=0),  # a PDF tells seconds, and the tool refuses more
    )
    assert isinstance(compose, bytes)
    return compose


def _tracer(texte: str, dessinables: str) -> str:
    """Return a text where « [?] » stands for other signs; what only joins or changes the sign before it goes."""
    return re.sub(f"[^{dessinables}]+", "[?]", re.sub("[\\u200d\\u20e0-\\u20ff\\ufe00-\\ufe0f]", "", texte))


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

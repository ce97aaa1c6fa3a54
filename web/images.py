"""Pictures that the server draws: each has a title, tells its values apart by hatching as well as by colour, and is SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

HAUTEUR: Final = 22
_TRAITS: Final = {
    "plein": "",
    "obliques": "M-2,2 l4,-4 M0,8 l8,-8 M6,10 l4,-4",
    "points": "M2,2 h2 M6,6 h2",
    "verticaux": "M2,0 v8 M6,0 v8",
    "croix": "M0,4 h8 M4,0 v8",
}
_COULEURS: Final = {
    "plein": "#0b4f8a",
    "obliques": "#2e7d8c",
    "points": "#b36b00",
    "verticaux": "#6b7280",
    "croix": "#ffffff",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar: its share of the whole width, from 0 to 1, and how it is filled."""

    part: float
    motif: str = "plein"


def barre(titre: str, parts: Sequence[Part], limite: float | None = None) -> Markup:
    """Return one bar, its parts side by side; `limite` draws a line across it."""
    dessins, x = [], 0.0
    for partie in parts:
        dessins.append(_rectangle(x, partie))
        x += partie.part
    if limite is not None:
        x_limite = f"{min(limite, 1) * 100:.2f}%"
        dessins.append(
            f'<line x1="{x_limite}" x2="{x_limite}" y1="0" y2="{HAUTEUR}" stroke="#9b1c1c" stroke-width="4"/>'
        )
    return Markup(  # noqa: S704 - the title is escaped, the rest are numbers and our own words
        f'<svg class="barre" role="img" width="100%" height="{HAUTEUR}" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(titre)}</title>"
        f'<rect x="0" y="0" width="100%" height="{HAUTEUR}" fill="#e8ecf0"/>{"".join(dessins)}</svg>'
    )


def motifs() -> Markup:
    """Return what fills the bars of a page: once, before them."""
    dessins = "".join(map(_motif, _TRAITS))
    return Markup(f'<svg aria-hidden="true" width="0" height="0" class="motifs"><defs>{dessins}</defs></svg>')  # noqa: S704


def pastille(motif: str) -> Markup:
    """Return the small square of a legend, which its words name."""
    return Markup(  # noqa: S704 - our own words
        f'<svg class="pastille" aria-hidden="true" width="16" height="16" xmlns="http://www.w3.org/2000/svg">'
        f"{_rectangle(0, Part(1, motif), 16)}</svg>"
    )


def _rectangle(x: float, partie: Part, hauteur: int = HAUTEUR) -> str:
    ou = f'x="{x * 100:.2f}%" y="0" width="{partie.part * 100:.2f}%" height="{hauteur}"'
    return f'<rect {ou} fill="url(#{partie.motif})" stroke="#1b2430" stroke-width="1"/>' if partie.part > 0 else ""


def _motif(nom: str) -> str:
    trait = "#1b2430" if nom == "croix" else "#ffffff"
    return (
        f'<pattern id="{nom}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<rect width="8" height="8" fill="{_COULEURS[nom]}"/>'
        f'<path d="{_TRAITS[nom]}" stroke="{trait}" stroke-width="1.5" fill="none"/></pattern>'
    )

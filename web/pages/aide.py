"""The guides by role and the glossary, as pages: the same files that the documentation holds."""

import re
from functools import cache
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from kernel.identifiants import ReferenceInconnue
from web.gabarits import page
from web.personne import LaPersonne

routes = APIRouter(include_in_schema=False)
GUIDES: Final = Path(__file__).parents[2] / "docs" / "guide"
PARTIES: Final = {
    "Par rôle": ("instructeur", "assemblees", "finance", "auditeur", "administrateur"),
    "Pour tous": ("site", "connexion", "glossaire"),
}
"""Then the command line: every other guide."""
LE_SIEN: Final = {"responsable": "instructeur", "ordonnateur": "finance"}
"""The guide of a role that has not one of its name."""
_VOISIN: Final = re.compile(r"([a-z-]+)\.md(#.*)?")
_ECRAN: Final = re.compile(r"ecrans/[a-z-]+\.png")


@routes.get("/aide")
def aide(request: Request, personne: LaPersonne) -> HTMLResponse:
    """Show which guides there are, and first that of who asks."""
    titres = {fichier.stem: _titre(fichier) for fichier in sorted(GUIDES.glob("*.md"))}
    ranges = {guide for guides in PARTIES.values() for guide in guides}
    rayons = {**PARTIES, "En ligne de commande": [guide for guide in titres if guide not in ranges]}
    siens = {LE_SIEN.get(role, str(role)) for role in personne.roles} & titres.keys()
    return page(
        request,
        "aide.html",
        siens=[(guide, titres[guide]) for guide in PARTIES["Par rôle"] if guide in siens],
        rayons=[(titre, [(guide, titres[guide]) for guide in guides]) for titre, guides in rayons.items()],
    )


@routes.get("/aide/{guide}")
def un_guide(request: Request, guide: str) -> HTMLResponse:
    """Show one, or refuse with ReferenceInconnue."""
    fichiers = {fichier.stem: fichier for fichier in GUIDES.glob("*.md")}
    if guide not in fichiers:
        raise ReferenceInconnue(f"Aucun guide « {guide} ».", reference=guide)
    return page(request, "guide.html", titre=_titre(fichiers[guide]), texte=_en_page(fichiers[guide]))


@routes.get("/aide/ecrans/{ecran}")
def un_ecran(ecran: str) -> FileResponse:
    """Return a screen that the guides show, or refuse with ReferenceInconnue."""
    fichiers = {fichier.name: fichier for fichier in (GUIDES / "ecrans").glob("*.png")}
    if ecran not in fichiers:
        raise ReferenceInconnue(f"Aucun écran « {ecran} ».", reference=ecran)
    return FileResponse(fichiers[ecran])


def _titre(fichier: Path) -> str:
    return fichier.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ").strip()


@cache
def _en_page(fichier: Path) -> Markup:
    """Return a guide as HTML: what is HTML in it is text, what leads out of the guides is said without a link or a picture."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    jetons = markdown.parse(fichier.read_text(encoding="utf-8"))
    for jeton in jetons:
        if jeton.children:
            jeton.children = _sans_ailleurs(jeton.children)
    markdown.add_render_rule("fence", _commandes)
    return Markup(markdown.renderer.render(jetons, markdown.options, {}))  # noqa: S704 - html is off


def _sans_ailleurs(jetons: list[Token]) -> list[Token]:
    """Keep the links from one guide to another, and the words of the others."""
    gardes, ouverts = [], list[bool]()
    for jeton in jetons:
        if jeton.type == "link_open":
            voisin = _VOISIN.fullmatch(str(jeton.attrs.get("href", "")))
            ouverts.append(voisin is not None)
            if voisin is not None:
                jeton.attrs["href"] = f"/aide/{voisin[1]}{voisin[2] or ''}"
        if jeton.type == "image":
            jeton.attrs["src"] = f"/aide/{jeton.attrs['src']}"
        if _garde(jeton, ouverts):
            gardes.append(jeton)
        if jeton.type == "link_close":
            ouverts.pop()
    return gardes


def _garde(jeton: Token, ouverts: list[bool]) -> bool:
    if jeton.type == "image":
        return _ECRAN.fullmatch(str(jeton.attrs["src"]).removeprefix("/aide/")) is not None
    return jeton.type not in {"link_open", "link_close"} or ouverts[-1]


def _commandes(_: Any, jetons: list[Token], rang: int, *__: Any) -> str:
    texte = Markup.escape(jetons[rang].content)
    return f'<pre tabindex="0" role="group" aria-label="Ligne de commande"><code>{texte}</code></pre>\n'

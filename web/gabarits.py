"""The templates: Jinja2 with escaping on, undefined names refused, and the words of web.mots as filters."""

import hashlib
from contextvars import ContextVar
from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.templating import Jinja2Templates

from application import mots
from kernel.montants import en_euros
from kernel.textes import de
from web import dates
from web.fraicheur import EN_RETARD, Affichage
from web.navigation import entrees
from web.pans import legende
from web.personne import joues, personne_ou_non

ICI = Path(__file__).parent
STATIQUE = ICI / "static"
_JETON: ContextVar[str] = ContextVar("jeton", default="")
"""That of the page being written: a macro imported without its context has it too."""


def _empreinte(fichier: Path) -> str:
    return hashlib.sha256(fichier.read_bytes()).hexdigest()[:10]


def _environnement() -> Environment:
    # a page and its parts are compiled once: the files ship with the program
    environnement = Environment(
        loader=FileSystemLoader(ICI / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environnement.filters.update(
        jour=dates.jour,
        moment=dates.moment,
        marque=dates.marque,
        seconde=dates.seconde,
        typo=mots.typographie,
        de=de,
        nombre=mots.nombre,
        euros=en_euros,
        legende=legende,
    )
    environnement.globals.update(
        jeton_de_session=_JETON.get,
        compte=mots.compte,
        statiques={f.name: f"/static/{f.name}?{_empreinte(f)}" for f in STATIQUE.iterdir()},
    )
    return environnement


_gabarits = Jinja2Templates(env=_environnement())


def _ici(request: Request) -> str:
    """Return where who changes name comes back to: what was read, never the page where one changes it."""
    revient = request.method == "GET" and request.url.path != "/connexion"
    return str(request.url.replace(scheme="", netloc="")) if revient else "/"


def page(request: Request, gabarit: str, *, statut: int = HTTPStatus.OK, **contexte: Any) -> HTMLResponse:
    """Return a page of the site, a rehearsal being marked on every one of them."""
    portes = request.app.state.portes
    enregistreur = portes.services.store.enregistreur
    personne = personne_ou_non(request)
    _JETON.set(personne.jeton if personne else "")
    en_retard = EN_RETARD.get()
    commun = {
        "affichage": None if contexte.get("passe") else _affichage(request),
        "lu_jusqu_a": portes.lu_jusqu_a(en_retard) if en_retard else None,
        "repetition": dates.moment(enregistreur.maintenant()) if enregistreur.est_repetition() else None,
        "avance": portes.avancer is not None and personne is not None,
        "personne": personne,
        "sans_moteur": personne is not None and portes.sans_moteur,
        "navigation": entrees(personne),
        "joues": joues(portes) if personne and portes.agir_comme else (),
        "agir_comme": portes.agir_comme,
        "ici": request.url.path,
        "revenir": _ici(request),
    }
    return _gabarits.TemplateResponse(request, gabarit, {**commun, **contexte}, status_code=statut)


def seul(gabarit: str, **contexte: Any) -> str:
    """Return a document that is no page of the site: it reads without it."""
    return str(_gabarits.get_template(gabarit).render(contexte))


def _affichage(request: Request) -> dict[str, Any] | None:
    """Return when a page that stays open was made, None for the others."""
    affichage: Affichage | None = getattr(request.state, "affichage", None)
    if affichage is None:
        return None
    return {"position": affichage.position, "heure": dates.seconde(affichage.fait_le)}


def page_sans_base(request: Request, gabarit: str, *, statut: int, **contexte: Any) -> HTMLResponse:
    """Return a page where nothing can be asked of the base: nobody is known, and no rehearsal is told."""
    _JETON.set("")
    commun = dict.fromkeys(("repetition", "avance", "personne", "sans_moteur", "affichage", "lu_jusqu_a"), None) | {
        "navigation": (),
        "joues": (),
        "revenir": "/",
    }
    commun |= {"agir_comme": False, "ici": request.url.path}
    return _gabarits.TemplateResponse(request, gabarit, {**commun, **contexte}, status_code=statut)

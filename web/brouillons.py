"""What was typed is not lost: neither the files of a form shown again, nor the form of a session that ended meanwhile."""

import base64
import hmac
import json
import re
from typing import Final
from uuid import UUID

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from application.commandes import FichierRecu
from kernel.refus import Refus
from web.corps import lire_formulaire, lire_parties
from web.formulaire.saisie import FormulaireRempli, fautes_des_fichiers, recue
from web.portes import Portes

GARDER: Final = "_garder"
"""The button that keeps a dépôt as a draft."""
GARDE: Final = "brouillon_garde"
"""The hidden field that says which draft is kept: kept again, it is the same one."""
JETON: Final = "jeton"
"""The hidden field of every form of a page."""
REPRIS: Final = re.compile(r"/gestes/|^/(jetons|webhooks)/creer$|/scrutin$")
"""The addresses whose form is long, and fills itself again from a draft: that of any geste, and a few of their own."""


def garder(portes: Portes, agent: str, saisie: FormulaireRempli) -> UUID:
    """Keep a form for its agent, and return its id; a file that would be refused is left out."""
    return portes.site.brouillons.garder(agent, _corps(portes, saisie))


def conserver(portes: Portes, agent: str, saisie: FormulaireRempli) -> None:
    """Keep a dépôt as a draft of its agent, until it is sent or taken away; refuse with BrouillonInvalide."""
    dits = (saisie.texte(nom) for nom in ("objet", "tiers.denomination", "campagne"))
    titre, garde = " – ".join(dit for dit in dits if dit)[:300], saisie.texte(GARDE)
    for cache in (JETON, GARDER, "brouillon", "commande_id", "confirme"):
        saisie = saisie.sans(cache)
    portes.site.brouillons.conserver(agent, titre, _corps(portes, saisie), _identifiant(garde))


def oublier(portes: Portes, agent: str, saisie: FormulaireRempli) -> None:
    """Let go of the drafts of a form that was sent."""
    for nom in ("brouillon", GARDE):
        if (brouillon := _identifiant(saisie.texte(nom))) is not None:
            portes.site.brouillons.oublier(agent, brouillon)


def _identifiant(dit: str) -> UUID | None:
    try:
        return UUID(dit)
    except ValueError:
        return None


def _corps(portes: Portes, saisie: FormulaireRempli) -> str:
    de_trop = fautes_des_fichiers(saisie, portes.services.taille_max_fichier)
    fichiers = [
        (chemin, recu.nom, base64.b64encode(recu.contenu).decode())
        for chemin, recus in saisie.fichiers.items()
        if chemin not in de_trop
        for recu in recus
    ]
    return json.dumps({"textes": dict(saisie.textes), "fichiers": fichiers})


def reprendre(portes: Portes, agent: str, brouillon: str) -> FormulaireRempli | None:
    """Return the form of an agent that an id names, None when there is none."""
    lequel = _identifiant(brouillon)
    corps = None if lequel is None else portes.site.brouillons.lire(agent, lequel)
    if corps is None:
        return None
    lu = json.loads(corps)
    fichiers: dict[str, tuple[FichierRecu, ...]] = {}
    for chemin, nom, contenu in lu["fichiers"]:
        fichiers[chemin] = (*fichiers.get(chemin, ()), FichierRecu(nom, base64.b64decode(contenu)))
    return FormulaireRempli({chemin: tuple(textes) for chemin, textes in lu["textes"].items()}, fichiers)


async def garder_pour_plus_tard(requete: Request, agent: str, jeton: str) -> str | None:
    """Keep a form that its agent may not send yet; return where it goes on.

    The jeton of the session says that it comes from its page. What cannot be read is not kept.
    """
    portes: Portes = requete.app.state.portes
    if not REPRIS.search(requete.url.path) or requete.url.path.startswith("/api/"):
        return None
    try:
        recus = await lire_formulaire(requete)
    except Refus:
        return None
    if not hmac.compare_digest(str(recus.get(JETON, "")).encode(), jeton.encode()):
        return None
    saisie = recue(await lire_parties(requete, portes.services.taille_max_fichier))
    return f"{requete.url.path}?brouillon={await run_in_threadpool(garder, portes, agent, saisie.sans(JETON))}"

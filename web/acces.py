"""Who may reach what: one table, a route and a method to a rule. What is not in it is refused."""

import hmac
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final, Literal

from fastapi import HTTPException, Request

from application import lignes, mots
from application.applications import exiger_lisible
from application.gestes.recueil import tous
from kernel.attentes import Role
from web import preuve
from web.adresses import COLLECTIONS, adresse_du_geste
from web.brouillons import JETON
from web.corps import lire_formulaire
from web.navigation import ADMINISTRATION, PILOTAGE
from web.personne import Personne, personne_ou_non
from web.portes import Portes

Regle = Literal["public", "connecte"] | frozenset[Role]
"""Anybody; any agent signed in; an agent who may act under one of these roles."""
PUBLIC: Final = "public"
CONNECTE: Final = "connecte"
COMPTABLES: Final = frozenset({Role.FINANCE, Role.ORDONNATEUR, Role.AUDITEUR})
ENVELOPPES: Final = COMPTABLES | {Role.RESPONSABLE, Role.ADMINISTRATEUR}
ADMINISTRATEUR: Final = frozenset({Role.ADMINISTRATEUR})
LECTURES_LUES: Final = frozenset({Role.AUDITEUR})
REFUS_LUS: Final = LECTURES_LUES | ADMINISTRATEUR
AUDIT: Final = REFUS_LUS | {Role.RESPONSABLE}
"""Who plays the past again and searches the facts; fewer read who was refused, and who read."""

REGLES: Final[Mapping[str, Regle]] = {
    "GET /": CONNECTE,
    "GET /accessibilite": PUBLIC,
    "GET /plan-du-site": PUBLIC,
    "GET /connexion": PUBLIC,
    "POST /connexion": PUBLIC,
    "POST /connexion/agir-comme": PUBLIC,
    "GET /connexion/oidc": PUBLIC,
    "GET /connexion/oidc/retour": PUBLIC,
    "POST /deconnexion": PUBLIC,
    "GET /invitation/{secret}": PUBLIC,
    "POST /invitation": PUBLIC,
    **dict.fromkeys(("GET /avis/{secret}", "GET /avis/{secret}/pieces/{version}", "POST /avis"), PUBLIC),
    "GET /preuve": CONNECTE,
    "POST /preuve": CONNECTE,
    "GET /second-facteur": CONNECTE,
    "POST /second-facteur": CONNECTE,
    "GET /sessions": CONNECTE,
    "POST /sessions/fermer": CONNECTE,
    "GET /comptes": ADMINISTRATEUR,
    "POST /comptes/{agent}/inviter": ADMINISTRATEUR,
    "POST /comptes/{agent}/reinitialiser": ADMINISTRATEUR,
    "POST /comptes/{agent}/fermer": ADMINISTRATEUR,
    "GET /jetons": ADMINISTRATEUR,
    "GET /jetons/creer": ADMINISTRATEUR,
    "POST /jetons/creer": ADMINISTRATEUR,
    "POST /jetons/{jeton}/revoquer": ADMINISTRATEUR,
    "GET /webhooks": ADMINISTRATEUR,
    "GET /webhooks/creer": ADMINISTRATEUR,
    "POST /webhooks/creer": ADMINISTRATEUR,
    "GET /webhooks/{webhook}": ADMINISTRATEUR,
    "POST /webhooks/{webhook}/tourner": ADMINISTRATEUR,
    "POST /webhooks/{webhook}/rejouer": ADMINISTRATEUR,
    "POST /webhooks/{webhook}/revoquer": ADMINISTRATEUR,
    "GET /teleservices": ADMINISTRATEUR,
    "GET /recherche": CONNECTE,
    "GET /administration": ADMINISTRATION,
    "GET /campagnes": CONNECTE,
    "GET /campagnes/{ref}": CONNECTE,
    **{f"{methode} /campagnes/{{ref}}/simuler": AUDIT for methode in ("GET", "POST")},
    "GET /references": CONNECTE,
    "GET /pilotage": PILOTAGE,
    "GET /pilotage/{campagne}": PILOTAGE,
    "GET /aide": CONNECTE,
    "GET /aide/{guide}": CONNECTE,
    "GET /aide/ecrans/{ecran}": CONNECTE,
    "GET /file": CONNECTE,
    "POST /file/vues": CONNECTE,
    "POST /file/vues/{vue}/oter": CONNECTE,
    "GET /lots": CONNECTE,
    "POST /lots": CONNECTE,
    "GET /lots/{lot}": CONNECTE,
    "POST /lots/{lot}": CONNECTE,
    "GET /echeances": CONNECTE,
    "GET /echeances.ics": CONNECTE,
    **dict.fromkeys(("GET /en-retard", "GET /bloques"), CONNECTE),
    **dict.fromkeys(("GET /brouillons", "POST /brouillons/{brouillon}/oter"), CONNECTE),  # one's own
    "GET /dossiers": CONNECTE,
    "GET /dossiers/{ref}": CONNECTE,
    "GET /dossiers/{ref}/comparer": CONNECTE,
    "GET /dossiers/{ref}/paiements": CONNECTE,
    "GET /dossiers/{ref}/pieces/{piece_ou_version}": CONNECTE,  # then by CONTENUS
    **{f"{methode} /dossiers/{{ref}}/avis/lien": frozenset({Role.INSTRUCTEUR}) for methode in ("GET", "POST")},
    **{f"GET /dossiers/{{ref}}/{suite}": CONNECTE for suite in ("documents/{edition}", "projets/{nature}")},  # likewise
    "GET /audit": AUDIT,
    "GET /audit/rejeu": AUDIT,
    "GET /audit/rejeu/{ref}": AUDIT,
    "GET /audit/faits": AUDIT,
    "GET /audit/faits.csv": AUDIT,
    "GET /audit/faits/{position}": AUDIT,
    "GET /audit/questions/{code}": AUDIT,
    "GET /audit/preuves": AUDIT,
    "GET /audit/exports": LECTURES_LUES,
    "GET /audit/exports/{ref}": LECTURES_LUES,
    "GET /audit/refus": REFUS_LUS,
    "GET /audit/lectures": LECTURES_LUES,
    "GET /audit/lectures.csv": LECTURES_LUES,
    "GET /elements/{espece}/{ref}": CONNECTE,
    "GET /seances": CONNECTE,
    "GET /seances/{ref}": CONNECTE,
    "GET /deliberations/{ref}": CONNECTE,
    "GET /finance": COMPTABLES,
    "GET /rejets": COMPTABLES,
    "GET /bordereaux": COMPTABLES,
    "GET /bordereaux/{ref}": CONNECTE,  # without bank details but for COMPTABLES
    "GET /enveloppes": ENVELOPPES,
    "GET /enveloppes/{ref}": CONNECTE,
    "GET /seances/{ref}/scrutin": frozenset({Role.ASSEMBLEES}),
    "POST /seances/{ref}/scrutin": frozenset({Role.ASSEMBLEES}),
    "GET /{collection}/gestes/{nom}": CONNECTE,
    "POST /{collection}/gestes/{nom}": CONNECTE,
    "GET /{collection}/{ref}/gestes/{nom}": CONNECTE,
    "POST /{collection}/{ref}/gestes/{nom}": CONNECTE,
    "GET /horloge": CONNECTE,
    "POST /horloge": CONNECTE,
    "GET /sante": PUBLIC,
    "GET /position": PUBLIC,
    "GET /position/{identifiant}": CONNECTE,
    "GET /api": PUBLIC,
    "GET /api/v1/openapi.json": PUBLIC,
    "GET /api/v1/file": CONNECTE,
    "GET /api/v1/dossiers/{ref}/comparer": CONNECTE,
    "GET /api/v1/dossiers/{ref}/recalculer": CONNECTE,
    "GET /api/v1/evenements": CONNECTE,
    **{
        f"GET /api/v1/{chemin}{suite}": CONNECTE
        for chemin in COLLECTIONS
        for suite in ("", "/{ref}", "/{ref}/historique", "/{ref}/attentes")
    },
    "GET /api/v1/tiers/{ref}": COMPTABLES,
    **{f"POST {adresse_du_geste(geste)}": CONNECTE for geste in tous()},  # the geste itself says who may
}
"""The only one. A key is the method and the template of a route. Who is outside reaches only `PAR_LIGNE`."""
PAR_LIGNE: Final = frozenset({"GET /api/v1/dossiers/{ref}/attentes"})
"""What who is outside (partenaire, porteur) reads of the dossiers that concern it, and of no other."""

_INSTRUIRE: Final = frozenset({Role.INSTRUCTEUR, Role.RESPONSABLE, Role.AUDITEUR})
_SUIVRE: Final = _INSTRUIRE | {Role.ASSEMBLEES, Role.FINANCE, Role.ORDONNATEUR}
CONTENUS: Final[Mapping[str, frozenset[Role]]] = {
    "le contact": _SUIVRE - {Role.ORDONNATEUR},
    "la demande": _SUIVRE | {Role.PARTENAIRE, Role.PORTEUR},
    "les motifs": _SUIVRE | {Role.ADMINISTRATEUR},
    "les avis": _INSTRUIRE | {Role.ASSEMBLEES},
    "les pièces": _SUIVRE | {Role.PORTEUR},
}
"""What of a dossier the coffre holds, and who reads it. A partner and an applicant, who do not sign in yet, read no avis."""

SANS_EFFET: Final = frozenset({"GET", "HEAD", "OPTIONS"})
SANS_JETON: Final = "Cette page a été ouverte avant votre connexion, ou sous un autre nom : rechargez-la."
D_UNE_PERSONNE: Final = "Ce geste engage l’institution : une personne le fait, connectée sous son nom."
DU_DEHORS: Final = "Ceci est réservé à l’institution."


class NonConnecte(Exception):
    """Nobody is signed in, where somebody must be."""


class AProuver(Exception):
    """Who is signed in must first go to this page."""

    def __init__(self, page: str) -> None:
        super().__init__(page)
        self.page = page


class AccesRefuse(HTTPException):
    """Who is signed in may not: its reason is said."""

    def __init__(self, raison: str, code: str) -> None:
        super().__init__(HTTPStatus.FORBIDDEN, raison)
        self.code = code


async def autoriser(requete: Request) -> None:
    """Let pass who may reach the route that answers, or refuse with NonConnecte, AProuver or AccesRefuse."""
    personne, cle = personne_ou_non(requete), f"{requete.method} {requete.scope['route'].path}"
    regle = REGLES.get(cle)
    if regle is None:
        raise AccesRefuse("Personne n’a encore accès à cette adresse.", "sans_regle")
    if personne is not None:
        if regle != PUBLIC:
            _exiger(requete, personne, regle)
        if requete.method not in SANS_EFFET and personne.session is not None:
            await _exiger_le_jeton(requete, personne)
    elif regle != PUBLIC:
        raise NonConnecte


def _exiger(requete: Request, personne: Personne, regle: Regle) -> None:
    portes: Portes = requete.app.state.portes
    if lignes.est_du_dehors(personne.roles) and not (
        f"{requete.method} {requete.scope['route'].path}" in PAR_LIGNE
        and lignes.lit(portes.services, personne.roles, personne.attache, requete.path_params["ref"])
    ):
        raise AccesRefuse(DU_DEHORS, "du_dehors")
    if personne.application is not None and requete.method == "GET":
        exiger_lisible(requete.url.path.split("/")[3], personne.lectures)
    if isinstance(regle, frozenset) and not personne.roles & regle:
        raise AccesRefuse(
            f"Cette page est réservée : {mots.roles(regle)}. Vous êtes {personne.login} ({personne.titre}).",
            "role_manquant",
        )
    if preuve.facteur_manque(personne, portes) and requete.url.path != "/second-facteur":
        raise AProuver("/second-facteur")
    if preuve.est_sensible(requete.url.path) and preuve.manque(personne, portes):
        if personne.session is None:
            raise AccesRefuse(D_UNE_PERSONNE, "d_une_personne")
        raise AProuver("/preuve")


async def _exiger_le_jeton(requete: Request, personne: Personne) -> None:
    """Refuse what does not carry the jeton of the session, in a hidden field or, from a script of ours, in a header."""
    donne = requete.headers.get("x-jeton", "" if requete.url.path.startswith("/api/") else None)
    if donne is None:
        donne = str((await lire_formulaire(requete)).get(JETON, ""))
    if not hmac.compare_digest(donne.encode(), personne.jeton.encode()):
        raise AccesRefuse(SANS_JETON, "sans_jeton")

"""What the institution set up: who works here, the campagnes and their règlements, the lists and the law that rules cite."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from application import loi, mots
from application.consultations import agents, campagnes
from application.consultations.reglement import dispositifs, parametres
from application.consultations.voir import campagne_en_bref
from kernel.instants import jour_de
from kernel.textes import sans_accents
from web import dates, vues
from web.acces import AUDIT
from web.adresses import PLURIELS
from web.gabarits import page
from web.lecture import LaLecture
from web.pans import Rang, trancher
from web.personne import LaPersonne
from web.portes import LesPortes
from web.possibles import commencements

routes = APIRouter(include_in_schema=False)
GESTES_D_AGENT: Final = (
    ("habilitation", "accorder", "Accorder un rôle"),
    ("habilitation", "retirer", "Retirer un rôle"),
    ("absence", "declarer", "Déclarer une absence"),
    ("agent", "rattacher", "Rattacher à des groupes"),
)


@routes.get("/administration")
def administration(request: Request, portes: LesPortes, personne: LaPersonne, rang: Rang = 1) -> HTMLResponse:
    """Show each agent: its roles since when and by which act, its absences, its account."""
    ouverts = {compte.agent: compte for compte in portes.site.comptes.tous()}
    lignes = [
        {
            **agent,
            "lien": vues.lien("agent", agent["login"], agent["login"]),
            "roles": [{**tenu, "role": mots.mot(mots.ROLES, tenu["role"])} for tenu in agent["roles"]],
            "supplee": [(mots.mot(mots.ROLES, role), absent) for role, absent in agent["supplee"].items()],
            "compte": _compte(ouverts.get(agent["login"])),
            "gestes": [
                (titre, f"/{PLURIELS[nom]}/{agent['login']}/gestes/{geste}") for nom, geste, titre in GESTES_D_AGENT
            ],
        }
        for agent in agents.lister(portes.services)
    ]
    administre = "administrateur" in personne.roles
    return page(
        request,
        "administration.html",
        lignes=trancher(request, "rang", lignes, rang),
        administre=administre,
        commencements=[c for c in commencements(personne) if c.adresse.startswith(("/agents/", "/campagnes/"))],
    )


@routes.get("/campagnes")
def toutes(request: Request, portes: LesPortes, personne: LaPersonne, rang: Rang = 1) -> HTMLResponse:
    """Show the campagnes."""
    lignes = [
        {
            **lue,
            "lien": vues.lien("campagne", lue["ref"], lue["id"]),
            "dispositif": mots.dispositif(lue["dispositif"]),
            "etat": mots.mot(mots.ETATS_DE_CAMPAGNE, lue["etat"]),
            "nature": mots.mot(mots.NATURES_DE_CAMPAGNE, lue["nature"]),
            "reglement": mots.fondement(lue["reglement_ref"] or ""),
        }
        for lue in campagnes.lister(portes.services)
    ]
    return page(
        request,
        "campagnes.html",
        lignes=trancher(request, "rang", lignes, rang),
        commencements=[c for c in commencements(personne) if c.adresse.startswith("/campagnes/")],
    )


@routes.get("/campagnes/{ref}")
def campagne(request: Request, lecture: LaLecture, ref: str) -> Response:
    """Show one campagne as a list of what is known, what is not, and what comes next."""
    lue, commun = lecture.de("campagne", ref)
    document = campagne_en_bref(lue)
    reglement = getattr(lue.ouverte, "reglement", None)
    lus = [] if reglement is None else parametres(reglement, document["dispositif"])
    return page(
        request,
        "campagne.html",
        **commun,
        etat=mots.mot(mots.ETATS_DE_CAMPAGNE, document["etat"]),
        simulable=document["etat"] == "close" and bool(reglement) and bool(lecture.personne.roles & AUDIT),
        dispositif=mots.dispositif(document["dispositif"]),
        exercice=document["exercice"],
        ouverture=dates.jour(document["ouvre_le"]),
        fermeture=dates.jour(document["ferme_le"]),
        heures=[getattr(lue.ouverte, nom, None) for nom in ("ouvre_a", "ferme_a")],
        reglement=mots.fondement(document["reglement_ref"] or ""),
        parametres=lus,
        sources=sum(lu["valeur"] is not None for lu in lus),
        pieces=(reglement or {}).get("pieces", ()),
        criteres=(reglement or {}).get("criteres", ()),
    )


@routes.get("/references")
def references(request: Request, portes: LesPortes, q: Annotated[str, Query(max_length=200)] = "") -> HTMLResponse:
    """Show the dispositifs, the délais of the law, and the quartiers whose name or code holds some words."""
    mots_cherches = sans_accents(q).split()
    qpv = [
        (code, nom)
        for code, nom in portes.services.qpv.items()
        if all(mot in sans_accents(f"{code} {nom}") for mot in mots_cherches)
    ]
    return page(
        request,
        "references.html",
        q=q,
        dispositifs=dispositifs(),
        droit=[(r, r.arrets, mots.PUBLICS[r.public]) for r in loi.en_vigueur(jour_de(portes.services.maintenant()))],
        quartiers=qpv,
        total=len(portes.services.qpv),
    )


def _compte(compte: object) -> str:
    if compte is None:
        return "aucun compte"
    choisi = "ouvert" if getattr(compte, "mot_de_passe", False) else "invité, mot de passe à choisir"
    return f"{choisi}, second facteur" if getattr(compte, "second_facteur", False) else choisi

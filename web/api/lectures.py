"""The readings of several things at once: lists, the queue, what differs; and whether the service answers."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from application import mots
from application.consultations import dossier as consultation
from application.consultations import recalcul
from application.consultations.agents import exiger_charge
from kernel.refus import SaisieInvalide
from readmodels.file import requetes
from web.api.agregats import Ref
from web.api.commun import REFUS, Au, ConnuAu, Limite, codes, lue
from web.api.reponses import Comparaison, DossierEnBref, FileLue, Page, Recalcul
from web.dates import lire_moment
from web.fraicheur import ADRESSE, DE_CECI
from web.personne import LaPersonne
from web.portes import Apres, AttenduDe, LesPortes

routes = APIRouter(responses=REFUS)
Charge = Annotated[
    str,
    Query(
        max_length=200,
        description="À qui le dossier est confié : moi, groupe (les miens), personne, un agent ou un groupe.",
    ),
]


@routes.get(
    "/api/v1/dossiers",
    summary="Leurs numéros, et où chacun en est ; recherche",
    operation_id="dossier_lister",
    description="Une page de dossiers, combien il y en a, et le curseur de la suivante.",
    tags=[mots.ESPECES["dossier"]],
    response_model=None,
    responses=lue(Page[DossierEnBref]),
)
def dossiers(
    portes: LesPortes,
    etat: Annotated[str, codes(mots.ETATS, "Un seul état.")] = "",
    q: Annotated[str, Query(max_length=200, description="Mots du numéro, du demandeur ou de l’objet.")] = "",
    limite: Limite = requetes.PAGE,
    apres: Apres = "",
) -> dict[str, Any]:
    """Return a page of dossiers, how many there are, and the cursor of the next page."""
    if etat and etat not in mots.ETATS:
        raise SaisieInvalide(f"État inconnu : « {etat} ».", etat=etat)
    return requetes.dossiers(portes.a_jour(), requetes.FiltreDeDossiers(etat=etat, mots=q), limite=limite, apres=apres)


@routes.get(
    "/api/v1/dossiers/{ref}/comparer",
    summary="Ce qui diffère entre deux dates",
    operation_id="dossier_comparer",
    description="Champ par champ, ce qui était vrai (ou su) à un moment, et à un autre.",
    tags=[mots.ESPECES["dossier"]],
    response_model=None,
    responses=lue(Comparaison),
)
def comparer(
    portes: LesPortes, ref: Ref, du: Au = "", au: Au = "", connu_du: ConnuAu = "", connu_au: ConnuAu = ""
) -> dict[str, Any]:
    """Return what differs between two moments of a dossier."""
    return consultation.comparer(portes.services, ref, lire_moment(du, connu_du), lire_moment(au, connu_au))


@routes.get(
    "/api/v1/dossiers/{ref}/recalculer",
    summary="Le montant proposé, refait depuis la même entrée",
    operation_id="dossier_recalculer",
    description="« difference » vaut null quand c’est égal ; sinon, la première étape qui diffère, telle qu’enregistrée et refaite.",
    tags=[mots.ESPECES["dossier"]],
    response_model=None,
    responses=lue(Recalcul),
)
def recalculer(portes: LesPortes, ref: Ref, au: Au = "", connu_au: ConnuAu = "") -> dict[str, Any]:
    """Return the amount of a proposition, computed again from the input that its fact carries."""
    return recalcul.voir(portes.services, ref, lire_moment(au, connu_au))


@routes.get(
    "/api/v1/file",
    summary="Ce qui est attendu, le plus en retard d’abord",
    operation_id="file",
    description="Une page de la file : ce qui est attendu des gens, l’échéance la plus ancienne d’abord.",
    tags=["File"],
    response_model=None,
    responses=lue(FileLue),
)
def file(
    portes: LesPortes,
    personne: LaPersonne,
    de: AttenduDe,
    charge: Charge = "",
    limite: Limite = requetes.PAGE,
    apres: Apres = "",
) -> dict[str, Any]:
    """Return a page of the queue."""
    if charge not in {"", "moi", "groupe", "personne"}:
        exiger_charge(portes.services, charge)
    parmi = requetes.confies(charge, personne.login, personne.groupes)
    return requetes.file(portes.a_jour(), portes.services.maintenant(), de=de, parmi=parmi, limite=limite, apres=apres)


@routes.get("/sante", summary="Le service répond, et jusqu’où il a lu", include_in_schema=False)
def sante(portes: LesPortes) -> dict[str, Any]:
    """Return the head of the store and the position of the queue, without catching up."""
    enregistreur = portes.services.store.enregistreur
    return {
        "etat": "ok",
        "repetition": enregistreur.est_repetition(),
        "positions": {
            "store": enregistreur.derniere_position(),
            "projections": {nom: portes.lectures.position(nom) for nom in portes.lectures.projections},
        },
    }


@routes.get(ADRESSE, summary="Jusqu’où le store a lu", include_in_schema=False)
def position(portes: LesPortes) -> dict[str, int]:
    """Return the head of the store, for a page that stays open; it is one read, of half a second ago at most."""
    return {"position": portes.tete.lire(portes.services.store.enregistreur.derniere_position)}


@routes.get(DE_CECI, summary="Version d’un élément", include_in_schema=False)
def version_de_ceci(portes: LesPortes, identifiant: UUID) -> dict[str, int]:
    """Return how many facts an element has, 0 for one that is unknown: a form that stays open asks it."""
    inscriptions = portes.services.store.inscriptions(identifiant)
    return {"version": inscriptions[-1].entete.version if inscriptions else 0}

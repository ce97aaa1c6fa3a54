"""Search in all the facts; and one fact: what it changed, why it is there, what followed."""

import json
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response

from application import mots
from application.consultations.changements import changements
from application.consultations.evenements import evenement
from application.consultations.historique import ligne
from application.faits_dits import type_de_fait
from application.gestes.recueil import titre_dit
from application.noms import NomsDesServices, sans_les_textes
from application.services import Services
from bootstrap.lectures import Lectures
from kernel.attentes import Role
from kernel.faits import FAITS, Inscription
from kernel.identifiants import CleDeCommande, OrigineDeCommande, ReferenceInconnue
from kernel.refus import SaisieInvalide
from readmodels.chronologie import requetes
from web import vues
from web.contenus import communiquer
from web.gabarits import page
from web.lecture import en_csv
from web.pages.audit.recherche import EXPORT_MAX, PAGE, ids_de, intervalle, page_de, types_de_faits
from web.personne import LaPersonne, Personne
from web.portes import POSITION_MAX, LesPortes, Portes

routes = APIRouter(include_in_schema=False)
PROCHES: Final = 100
"""Facts told of one command, or of what followed it."""
MONTEE: Final = 20
"""Commands climbed, from a fact to what it all comes from."""
EN_CSV: Final = (
    "Position",
    "Élément",
    "Fait",
    "Phrase",
    "Vrai le",
    "Enregistré le",
    "Agent",
    "Au titre de",
    "Commande",
)


def _recherche(
    fait: Annotated[str, Query(pattern=r"^([a-z]+(\.[a-z_]+)?)?$", max_length=80)] = "",
    acteur: Annotated[str, Query(max_length=100)] = "",
    numero: Annotated[str, Query(max_length=200)] = "",
    du: str = "",
    au: str = "",
) -> requetes.RechercheDeFaits:
    """Read what is sought, or refuse with SaisieInvalide."""
    debut, fin = intervalle(du, au)
    espece, _, nom = fait.partition(".")
    topics = frozenset(topic for topic in FAITS if nom and topic.startswith(f"{fait}."))
    if nom and not topics:
        raise SaisieInvalide(f"Aucun fait ne s’appelle ainsi : « {fait} ».", fait=fait)
    return requetes.RechercheDeFaits("" if nom else espece, topics, acteur.strip(), ids_de(numero), debut, fin)


LaRecherche = Annotated[requetes.RechercheDeFaits, Depends(_recherche)]
Position = Annotated[int, Query(ge=0, le=POSITION_MAX)]
UnePosition = Annotated[int, Path(le=POSITION_MAX)]


@routes.get("/audit/faits")
def chercher(
    request: Request, portes: LesPortes, personne: LaPersonne, cherche: LaRecherche, apres: Position = 0
) -> Response:
    """Show fifty facts, the last recorded first."""
    lues, suite = page_de(requetes.chercher(portes.a_jour("chronologie"), cherche, apres=apres, limite=PAGE + 1))
    dits: dict[str, Any] = {nom: request.query_params.get(nom, "") for nom in ("fait", "acteur", "numero", "du", "au")}
    return page(
        request,
        "faits.html",
        **dits,
        types=types_de_faits(),
        lignes=dire_les_faits(portes, personne, (lue["position"] for lue in lues)),
        apres=apres,
        suivant=lues[-1]["position"] if suite else None,
        filtre=urlencode({nom: dit for nom, dit in dits.items() if dit}),
    )


@routes.get("/audit/faits.csv")
def exporter(portes: LesPortes, personne: LaPersonne, cherche: LaRecherche) -> Response:
    """Return the same facts as a table, five thousand at most."""
    lues = requetes.chercher(portes.a_jour("chronologie"), cherche, apres=0, limite=EXPORT_MAX)
    lignes = dire_les_faits(portes, personne, (lue["position"] for lue in lues))
    colonnes = ("position", "element", "type", "phrase", "effectif_le", "enregistre_le", "acteur", "habilitation")
    return en_csv("faits", EN_CSV, ([*(un[nom] for nom in colonnes), un["commande_id"]] for un in lignes))


@routes.get("/audit/faits/{position}")
def voir(request: Request, portes: LesPortes, personne: LaPersonne, position: UnePosition) -> Response:
    """Show one fact, or refuse with ReferenceInconnue."""
    services, lectures = sans_les_textes(portes.services), portes.a_jour("chronologie")
    fait = next(_inscriptions(services, [position]), None)
    if fait is None:
        raise ReferenceInconnue(f"Aucun fait n’a le numéro {position}.", reference=str(position))
    entete = fait.entete
    siens = changements(i for i in services.store.inscriptions(entete.id) if i.entete.version <= entete.version)
    noms = NomsDesServices(services)
    change = {**ligne(fait, noms), "changements": siens.get(entete.version, [])}

    def dire(positions: Iterable[int]) -> list[dict[str, Any]]:
        return [_ligne(i, services, personne) for i in _inscriptions(services, positions) if i.position != position]

    return page(
        request,
        "fait.html",
        fait={
            **_ligne(fait, services, personne),
            "changements": vues.fait_change(change, noms)["changements"],
            "lot": entete.lot,
        },
        geste=_geste(services, entete.acteur, entete.commande_id),
        ensemble=dire(requetes.des_commandes(lectures, [entete.commande_id], PROCHES)),
        causes=dire(_remonter(services, lectures, entete.cause)),
        suites=dire(requetes.causes_par(lectures, [entete.commande_id], PROCHES)),
        brut=_brut(fait) if Role.AUDITEUR in personne.roles else None,
    )


def dire_les_faits(portes: Portes, personne: Personne, positions: Iterable[int]) -> list[dict[str, Any]]:
    """Return the rows of these facts, the coffre being closed."""
    services = sans_les_textes(portes.services)
    return [_ligne(i, services, personne) for i in _inscriptions(services, positions)]


def _inscriptions(services: Services, positions: Iterable[int]) -> Iterator[Inscription]:
    for position in positions:
        yield from (i for i in services.store.lire_depuis(position - 1, 1) if i.position == position)


def _ligne(inscription: Inscription, services: Services, personne: Personne) -> dict[str, Any]:
    """Return a fact in words, with what it is about and where that is shown."""
    entete, noms = inscription.entete, NomsDesServices(services)
    (dite,) = communiquer(personne, [ligne(inscription, noms)])
    nom = noms.designer(entete.agregat, entete.id) if entete.agregat in mots.ESPECES else str(entete.id)
    return {
        **vues.fait(dite),
        "type": type_de_fait(inscription.fait.topic),
        "espece": mots.mot(mots.ESPECES, entete.agregat),
        "element": nom,
        "lien": vues.lien(entete.agregat, nom, str(entete.id)),
        "rejeu": nom if entete.agregat == "dossier" else None,
    }


def _geste(services: Services, acteur: str, commande_id: UUID) -> str:
    """Return what the journal of commands says was done."""
    for origine in OrigineDeCommande:
        lue = services.store.enregistreur.lire_journal(CleDeCommande(origine, acteur, commande_id))
        if lue is not None:
            return titre_dit(lue.geste)
    return ""


def _remonter(services: Services, lectures: Lectures, cause: UUID | None) -> list[int]:
    """Return the positions of the facts that led there, the nearest command first."""
    trouvees: list[int] = []
    for _ in range(MONTEE):
        if cause is None:
            break
        siennes = requetes.des_commandes(lectures, [cause], PROCHES)
        trouvees += siennes
        cause = next((i.entete.cause for i in _inscriptions(services, siennes[:1])), None)
    return trouvees


def _brut(inscription: Inscription) -> str:
    """Return the fact as other systems are told it, ids and codes, with who acted."""
    return json.dumps(evenement(inscription, "", avec_acteurs=True)["data"], ensure_ascii=False, indent=2)

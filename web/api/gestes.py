"""One operation per geste, made from its class: what a program sends, what it is answered, how it is refused."""

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Header, Path, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from application import mots
from application.applications import exiger_admis
from application.commandes import Appel, FichierRecu, Recu
from application.consultations.moment import lire_effet
from application.declaration import Geste
from application.exemples import REFERENCES
from application.gestes.depot import DeposerDossier
from application.gestes.recueil import tous
from application.saisie import lire_json
from kernel.refus import Refus, SaisieInvalide
from web.adresses import COLLECTIONS, PLURIELS, adresse_du_geste
from web.api.commun import REF, REFUS_DE_GESTE, etiquette
from web.api.reponses import RecuDeGeste
from web.api.schemas import (
    QUAND_EST,
    LectureDeCorps,
    Schema,
    est_un_fichier,
    joint_des_fichiers,
    nom_de,
    resoudre,
    schemas,
)
from web.consequences import laisser_agir_le_moteur
from web.corps import (
    JSON,
    MULTIPART,
    CorpsDUneAutreForme,
    Parties,
    genre,
    lire_document,
    lire_parties,
    refus_des_fichiers,
)
from web.personne import LaPersonne, Personne
from web.portes import LesPortes, Portes

routes = APIRouter(responses=REFUS_DE_GESTE)

Cle = Annotated[
    UUID | None,
    Header(
        alias="Idempotency-Key",
        description="Identifiant de la commande (UUID) : envoyée deux fois, elle n’est faite qu’une fois et rend le même "
        "reçu. Sans lui, un identifiant est tiré, et rendu.",
    ),
]
Version = Annotated[
    str | None,
    Header(
        alias="If-Match",
        pattern=r'^(\*|"?[1-9][0-9]{0,8}"?)$',
        description="Version lue (l’ETag de la lecture) : refusé si elle a changé depuis.",
    ),
]


async def _corps(geste: Geste, requete: Request, taille_max: int) -> dict[str, Any]:
    """Return what was given to a geste, each file in its place."""
    schema, type_recu = schemas().corps[nom_de(geste)], genre(requete)
    if type_recu == MULTIPART and joint_des_fichiers(schema):
        parties = await lire_parties(requete, taille_max)
        joints = _joints(parties, taille_max, ensemble=geste.commande is DeposerDossier)
        donnees: Any = {**_textes(schema, parties), **{n: f for n, f in joints.items() if _attendu(schema, n)}}
    elif type_recu in {JSON, ""}:
        joints, donnees = {}, await lire_document(requete)
    else:
        raise CorpsDUneAutreForme(JSON, *([MULTIPART] if joint_des_fichiers(schema) else []))
    lecture = LectureDeCorps(joints)
    lues: dict[str, Any] = lecture.lire(schema, {} if donnees is None else donnees)
    if oublies := sorted(joints.keys() - lecture.cites - lues.keys()):
        raise SaisieInvalide(f"Aucun champ ne cite ce fichier : {', '.join(oublies)}.", fichiers=oublies)
    return lues


def _joints(parties: Parties, taille_max: int, *, ensemble: bool) -> dict[str, FichierRecu]:
    """Return the files by the names of their parts, or refuse what is wrong with them, or a name said twice.

    `ensemble`: those of a dépôt, which is registered without one that is empty or too heavy.
    """
    for _, refus in refus_des_fichiers(parties.fichiers, taille_max, ensemble=ensemble):
        raise refus
    for nom, recus in parties.fichiers.items():
        if len(recus) > 1:
            raise SaisieInvalide(f"Deux fichiers sont joints sous le nom « {nom} ».", champ=nom)
    return {nom: recu for nom, (recu,) in parties.fichiers.items()}


def _attendu(schema: Schema, nom: str) -> bool:
    return est_un_fichier(resoudre(schema["properties"].get(nom, {})))


def _textes(schema: Schema, parties: Parties) -> dict[str, Any]:
    """Return the values of the text parts: a text as it is, anything else as JSON, a repeated part as a list."""
    lus: dict[str, Any] = {}
    for nom, textes in parties.textes.items():
        forme = resoudre(schema["properties"].get(nom, {}))
        partie = f"La partie « {nom} »"
        valeurs = [
            texte if forme.get("type", "string") == "string" else lire_json(FichierRecu(partie, texte.encode()))
            for texte in textes
        ]
        lus[nom] = valeurs if len(valeurs) > 1 else valeurs[0]
    return lus


def _operation(geste: Geste) -> Callable[..., JSONResponse]:
    async def lire(requete: Request, portes: LesPortes, personne: LaPersonne) -> dict[str, Any]:
        try:
            if personne.gestes is not None:
                exiger_admis(geste, personne.roles, personne.gestes)
            return await _corps(geste, requete, portes.services.taille_max_fichier)
        except Refus as refus:
            appel = Appel(acteur=personne.login, commande_id=uuid4())
            await run_in_threadpool(portes.services.noter_refus, refus, geste, appel)
            raise

    def agir(
        portes: LesPortes,
        personne: LaPersonne,
        donnees: Annotated[dict[str, Any], Depends(lire)],
        cle: Cle = None,
    ) -> JSONResponse:
        return _agir(geste, portes, personne, donnees, Appel(acteur=personne.login, commande_id=cle or uuid4()))

    def agir_sur(
        ref: Annotated[str, Path(description=REF, examples=[REFERENCES.get(geste.agregat, "")])],
        portes: LesPortes,
        personne: LaPersonne,
        donnees: Annotated[dict[str, Any], Depends(lire)],
        cle: Cle = None,
        version: Version = None,
    ) -> JSONResponse:
        vue = None if version in {None, "*"} else int(str(version).strip('"'))
        appel = Appel(acteur=personne.login, commande_id=cle or uuid4(), version=vue)
        return _agir(geste, portes, personne, {**donnees, str(geste.champ): ref}, appel)

    return agir if geste.champ is None else agir_sur


def _agir(geste: Geste, portes: Portes, personne: Personne, donnees: dict[str, Any], appel: Appel) -> JSONResponse:
    services, le = portes.services, donnees.pop(QUAND_EST, None)
    depuis = services.store.enregistreur.derniere_position()
    recu = geste.recevoir(donnees, replace(appel, le=lire_effet(le)), services)
    laisser_agir_le_moteur(services, depuis)
    return _repondre(recu)


def _repondre(recu: Recu) -> JSONResponse:
    """Return the receipt; what it made is 201, wherever it can be read."""
    entetes = {"ETag": etiquette(recu.version), "Idempotency-Key": str(recu.commande_id)}
    cree = recu.version == len(recu.faits)
    if cree and recu.agregat in COLLECTIONS.values():
        entetes["Location"] = f"/api/v1/{PLURIELS[recu.agregat]}/{quote(recu.ref)}"
    return JSONResponse(recu.en_json(), HTTPStatus.CREATED if cree else HTTPStatus.OK, entetes)


def _publier(geste: Geste) -> None:
    recus: dict[int | str, dict[str, Any]] = {200: {"model": RecuDeGeste, "description": "C’est fait : le reçu."}}
    if geste.champ is None:
        recus[201] = {"model": RecuDeGeste, "description": "C’est créé : le reçu."}
    routes.add_api_route(
        adresse_du_geste(geste),
        _operation(geste),
        methods=["POST"],
        summary=geste.titre,
        description=(geste.commande.__doc__ or "").strip(),
        operation_id=nom_de(geste).replace(" ", "_").replace("-", "_"),
        tags=[mots.mot(mots.ESPECES, geste.agregat)],
        responses=recus,
        response_model=None,
        openapi_extra={"x-geste": nom_de(geste), "x-roles": [role.value for role in geste.roles]},
    )


for un_geste in tous():
    _publier(un_geste)

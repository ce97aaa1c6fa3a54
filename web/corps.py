"""Bodies of requests, read within bounds: how large, how many files, how long they may take to come."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, NamedTuple, TypeVar

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.types import Message

from application.commandes import FichierRecu
from application.saisie import FichierTropVolumineux, exiger_taille, lire_json
from kernel.refus import Refus, SaisieInvalide

TEXTE_MAX: Final = 2 * 1024 * 1024
"""Bytes of a body without its files: some 400 pages. A choice of the service."""
FICHIERS_MAX: Final = 20
PARTIES_MAX: Final = 2_000
DELAI_S: Final = 60
T = TypeVar("T")
JSON: Final = "application/json"
MULTIPART: Final = "multipart/form-data"


class CorpsTropLent(Refus, code="corps_trop_lent"):
    """The body did not come in time."""


class CorpsDUneAutreForme(Refus, code="corps_d_une_autre_forme"):
    """The body is of no media type that is read here."""

    def __init__(self, *attendues: str) -> None:
        super().__init__(f"Corps attendu : {' ou '.join(attendues)}.", attendues=list(attendues))


class Parties(NamedTuple):
    """The parts of a form: texts by name, a name said twice having two; and the files."""

    textes: Mapping[str, list[str]]
    fichiers: Mapping[str, FichierRecu]


def genre(requete: Request) -> str:
    """Return the media type of the body."""
    return requete.headers.get("content-type", "").partition(";")[0].strip().lower()


async def lire_document(requete: Request) -> Any:
    """Return what a JSON body says, None when there is none; refuse with SaisieInvalide, or what `_recevoir` refuses."""
    contenu = await _recevoir(requete, TEXTE_MAX, lambda bornee: bornee.body())
    return lire_json(FichierRecu("Le corps de la demande", contenu)) if contenu.strip() else None


async def lire_parties(requete: Request, taille_max: int) -> Parties:
    """Return the parts of a form, or refuse with SaisieInvalide, or what `_recevoir` refuses.

    `taille_max` is that of one file, in bytes.
    """
    formulaire = await lire_formulaire(requete, taille_max)
    textes: dict[str, list[str]] = {}
    fichiers: dict[str, FichierRecu] = {}
    try:
        for nom, partie in formulaire.multi_items():
            if not isinstance(partie, UploadFile):
                textes.setdefault(nom, []).append(partie)
            elif nom in fichiers:
                raise SaisieInvalide(f"Deux fichiers sont joints sous le nom « {nom} ».", champ=nom)
            else:
                fichiers[nom] = await _fichier(partie, taille_max)
    finally:
        await formulaire.close()
    return Parties(textes, fichiers)


async def lire_formulaire(requete: Request, taille_max: int) -> FormData:
    """Return the parts of a form, read once, or refuse with SaisieInvalide, or what `_recevoir` refuses."""
    # a route that names its fields has had the framework read them already
    lu: FormData | None = getattr(requete, "_form", None) or getattr(requete.state, "formulaire", None)
    if lu is None:
        maximum = TEXTE_MAX + (FICHIERS_MAX * taille_max if genre(requete) == MULTIPART else 0)
        bornes = {"max_files": FICHIERS_MAX, "max_fields": PARTIES_MAX, "max_part_size": TEXTE_MAX}
        try:
            requete.state.formulaire = lu = await _recevoir(requete, maximum, lambda bornee: bornee.form(**bornes))
        except HTTPException as erreur:
            raise SaisieInvalide(
                f"Formulaire illisible : au plus {FICHIERS_MAX} fichiers, {PARTIES_MAX} champs et {TEXTE_MAX} octets de texte."
            ) from erreur
    return lu


async def _fichier(partie: UploadFile, taille_max: int) -> FichierRecu:
    lu = FichierRecu(partie.filename or "", await partie.read(taille_max + 1))
    exiger_taille(lu, taille_max)
    return lu


async def _recevoir(requete: Request, maximum: int, lire: Callable[[Request], Awaitable[T]]) -> T:
    """Return what is read of a body, or refuse with FichierTropVolumineux or CorpsTropLent.

    Its bytes are counted as they come: what was announced is only said.
    """
    recus = 0

    async def recevoir() -> Message:
        nonlocal recus
        message = await requete.receive()
        recus += len(message.get("body", b""))
        if recus > maximum:
            raise FichierTropVolumineux(f"La demande pèse plus de {maximum} octets, le maximum.", maximum=maximum)
        return message

    try:
        async with asyncio.timeout(DELAI_S):
            return await lire(Request(requete.scope, recevoir))
    except TimeoutError as erreur:
        raise CorpsTropLent(f"Le corps de la demande n’est pas arrivé en {DELAI_S} secondes.") from erreur

"""Bodies of requests, read within bounds: how large, how many files, how long they may take to come. One table, for all."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from fastapi import Request
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from application.commandes import FichierRecu
from application.saisie import FichierTropVolumineux, exiger_taille, lire_json
from kernel.refus import Refus, SaisieInvalide

TEXTE_MAX: Final = 2 * 1024 * 1024
"""Bytes of a body without its files: some 400 pages. These bounds are choices of the service, but that of a file, which is a setting."""
PETIT: Final = 64 * 1024
"""Bytes of a form that holds a few words: anybody may send those of the pages that sign in."""
CHAMPS_MAX: Final = 10_000
FICHIERS_MAX: Final = 20
ENSEMBLE_MAX: Final = 2
"""How many of the heaviest files all those of a form may weigh together: they are held in memory, then in a draft."""
DELAI_S: Final = 60
_QUEUE: Final = 1_000
"""Bytes that the end of a form is looked for in."""
JSON: Final = "application/json"
MULTIPART: Final = "multipart/form-data"


class CorpsTropLent(Refus, code="corps_trop_lent"):
    """The body did not come in time."""


class CorpsInterrompu(Refus, code="corps_interrompu"):
    """It was cut before its end."""


class CorpsDUneAutreForme(Refus, code="corps_d_une_autre_forme"):
    """The body is of no media type that is read here."""

    def __init__(self, *attendues: str) -> None:
        super().__init__(f"Corps attendu : {' ou '.join(attendues)}.", attendues=list(attendues))


class Parties(NamedTuple):
    """The parts of a form by name, which may be said several times: the texts, and the files."""

    textes: Mapping[str, tuple[str, ...]]
    fichiers: Mapping[str, tuple[FichierRecu, ...]]


def genre(requete: Request) -> str:
    """Return the media type of the body."""
    return parse_options_header(requete.headers.get("content-type"))[0].decode("latin-1")


def borner(requete: Request, receive: Receive, taille_max: int) -> Receive:
    """Return what receives a body within bounds; `taille_max` is that of one file, in bytes.

    Its bytes are counted as they come: what was announced is only said. Receiving refuses with FichierTropVolumineux,
    CorpsTropLent, CorpsInterrompu a body cut before its end, or CorpsDUneAutreForme another alphabet, which hides signs.
    """
    en_parties, options = genre(requete) == MULTIPART, parse_options_header(requete.headers.get("content-type"))[1]
    maximum = TEXTE_MAX + (FICHIERS_MAX * taille_max if en_parties else 0)
    fin = b"--" + options.get(b"boundary", b"") + b"--"
    heure = asyncio.get_running_loop().time
    limite, recus, queue, fini = heure() + DELAI_S, 0, b"", False

    async def recevoir() -> Message:
        nonlocal recus, queue, fini
        if fini:
            return await receive()
        if en_parties and options.get(b"charset", b"utf-8").lower() != b"utf-8":
            raise CorpsDUneAutreForme(f"{MULTIPART}, en UTF-8")
        try:
            async with asyncio.timeout_at(limite):
                message = await receive()
            if heure() >= limite:  # what was there already is given without waiting, hence without being stopped
                raise TimeoutError
        except TimeoutError as erreur:
            raise CorpsTropLent(f"Le corps de la demande n’est pas arrivé en {DELAI_S} secondes.") from erreur
        morceau = message.get("body", b"")
        recus, queue = recus + len(morceau), (queue + morceau[-_QUEUE:])[-_QUEUE:]
        fini = not message.get("more_body", False)
        if recus > maximum:
            raise FichierTropVolumineux(f"La demande pèse plus de {maximum} octets, le maximum.", maximum=maximum)
        # the framework takes a form without its end for a shorter one
        if message["type"] == "http.disconnect" or (fini and en_parties and fin not in queue):
            raise CorpsInterrompu("La demande s’interrompt avant sa fin : rien n’est enregistré.")
        return message

    return recevoir


async def lire_document(requete: Request) -> Any:
    """Return what a JSON body says, None when there is none, or refuse with SaisieInvalide."""
    contenu = await requete.body()
    return lire_json(FichierRecu("Le corps de la demande", contenu)) if contenu.strip() else None


async def lire_formulaire(requete: Request) -> FormData:
    """Return the parts of a form, read once, or refuse with SaisieInvalide."""
    # a route that names its fields has had the framework read them already
    lu: FormData | None = getattr(requete, "_form", None) or getattr(requete.state, "formulaire", None)
    if lu is None:
        try:
            requete.state.formulaire = lu = await requete.form(
                max_files=FICHIERS_MAX, max_fields=CHAMPS_MAX, max_part_size=TEXTE_MAX
            )
        except (HTTPException, ValueError) as erreur:
            raise SaisieInvalide(
                f"Formulaire illisible : au plus {FICHIERS_MAX} fichiers, {CHAMPS_MAX} champs et {TEXTE_MAX} octets de texte."
            ) from erreur
    return lu


async def fermer(requete: Request) -> None:
    """Let go of what was read of a form, whatever came of it: its files wait on the disk."""
    if (lu := getattr(requete.state, "formulaire", None)) is not None:
        await lu.close()


async def lire_parties(requete: Request, taille_max: int) -> Parties:
    """Return the parts of a form; of files too heavy, one byte too many is read, for their refusal. None chosen is no file."""
    textes: defaultdict[str, list[str]] = defaultdict(list)
    fichiers: defaultdict[str, list[FichierRecu]] = defaultdict(list)
    formulaire, reste = await lire_formulaire(requete), ENSEMBLE_MAX * taille_max
    for cle, partie in formulaire.multi_items():
        if not isinstance(partie, UploadFile):
            textes[cle].append(partie)
        elif partie.filename:
            contenu = await partie.read(max(0, min(taille_max, reste)) + 1)
            reste -= len(contenu)
            fichiers[cle].append(FichierRecu(_sans_chemin(partie.filename), contenu))
    return Parties({cle: tuple(lus) for cle, lus in textes.items()}, {cle: tuple(lus) for cle, lus in fichiers.items()})


def _sans_chemin(nom: str) -> str:
    return nom.replace("\\", "/").rpartition("/")[2]


def refus_des_fichiers(
    fichiers: Mapping[str, tuple[FichierRecu, ...]], taille_max: int, *, ensemble: bool = False
) -> Iterator[tuple[str, Refus]]:
    """Yield what is wrong with files, and their names: they are held until all is right, and that is bounded.

    `ensemble`: only what they weigh together; who receives them judges each.
    """
    total = 0
    for cle, recus in fichiers.items():
        for recu in recus:
            total += len(recu.contenu)
            if recu.vide and not ensemble:
                yield cle, SaisieInvalide(f"Le fichier « {recu.nom} » est vide.", fichier=recu.nom)
            try:
                if not ensemble:
                    exiger_taille(recu, taille_max)
            except FichierTropVolumineux as refus:
                yield cle, refus
            else:
                if total > ENSEMBLE_MAX * taille_max:
                    trop = f"Avec les autres, le fichier « {recu.nom} » est de trop : joignez-le ensuite."
                    yield cle, FichierTropVolumineux(trop, fichier=recu.nom, maximum=ENSEMBLE_MAX * taille_max)

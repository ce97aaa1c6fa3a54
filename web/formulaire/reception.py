"""What a browser sends of a form: bounded in size, in number and in time, before anything of it is read."""

import asyncio
from http import HTTPStatus
from pathlib import PurePosixPath, PureWindowsPath
from typing import Final

from fastapi import HTTPException, Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException as ExceptionHttp

from application.commandes import FichierRecu
from web.formulaire.saisie import FormulaireRempli

FICHIERS_MAX: Final = 20
CHAMPS_MAX: Final = 3000
TEXTES_MAX: Final = 4_000_000
"""Bytes of the texts of a form."""
DELAI_S: Final = 60.0


async def lire_formulaire(requete: Request, taille_max_fichier: int) -> FormData:
    """Return the fields of a form, read once; refuse with HTTPException what is too heavy, too many, or too slow."""
    poids = requete.headers.get("content-length", "")
    if not poids.isdecimal():
        raise HTTPException(HTTPStatus.LENGTH_REQUIRED)
    fichiers = requete.headers.get("content-type", "").startswith("multipart/form-data")
    if int(poids) > TEXTES_MAX + (FICHIERS_MAX * taille_max_fichier if fichiers else 0):
        raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        async with asyncio.timeout(DELAI_S):
            recus = await requete.form(max_files=FICHIERS_MAX, max_fields=CHAMPS_MAX, max_part_size=TEXTES_MAX)
    except TimeoutError:
        raise HTTPException(HTTPStatus.REQUEST_TIMEOUT) from None
    except ExceptionHttp as trop:  # too many fields or files, or one too long: the library says it all alike
        raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE) from trop
    if len(recus) > CHAMPS_MAX:
        raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return recus


async def en_saisie(recus: FormData, taille_max_fichier: int) -> FormulaireRempli:
    """Return what was typed and the files chosen; of a file too heavy, one byte too many is read, for its refusal."""
    textes: dict[str, tuple[str, ...]] = {}
    fichiers: dict[str, tuple[FichierRecu, ...]] = {}
    for cle, recu in recus.multi_items():
        if isinstance(recu, UploadFile):
            if recu.filename:
                nom = PureWindowsPath(PurePosixPath(recu.filename).name).name
                fichier = FichierRecu(nom, await recu.read(taille_max_fichier + 1))
                fichiers[cle] = (*fichiers.get(cle, ()), fichier)
        else:
            textes[cle] = (*textes.get(cle, ()), recu.replace("\r\n", "\n"))
    await recus.close()
    return FormulaireRempli(textes, fichiers)

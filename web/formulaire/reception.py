"""What a browser sends of a form, as it was typed."""

from pathlib import PurePosixPath, PureWindowsPath

from starlette.datastructures import FormData, UploadFile

from application.commandes import FichierRecu
from web.formulaire.saisie import FormulaireRempli


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

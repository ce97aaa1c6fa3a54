"""A dossier taken away by an auditor: its facts as they are stored, what they say, its règlement, and what checks the chain alone.

Nothing of the coffre is in it. The same facts give the same bytes: its digest is said before it is taken, and stays.
"""

import json
import zipfile
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any, Final

_LE: Final = (1980, 1, 1, 0, 0, 0)
"""Of every file in it: the first instant that the format knows."""
VERIFICATEUR: Final = '''"""Compute again the digest of each fact of this folder: python3 verifier.py, with nothing else installed."""

import hashlib
import json
import pathlib
import sys


def empreinte(fait):
    """SHA-256 of the digest before it, of a line that says its place, and of its bytes."""
    etat = fait["etat"].encode()
    lieu = "{position} {version} {taille} {agregat} {enregistre_le} {fait}\\n".format(taille=len(etat), **fait)
    return hashlib.sha256(bytes.fromhex(fait["precedente"]) + lieu.encode() + etat).hexdigest()


lignes = pathlib.Path(__file__).with_name("faits.jsonl").read_text(encoding="utf-8").splitlines()
faits = [json.loads(ligne) for ligne in lignes]
rompus = [fait["position"] for fait in faits if empreinte(fait) != fait["empreinte"]]
for position in rompus:
    print(f"Le fait de la position {position} ne correspond pas à son empreinte.")
print(f"{len(faits)} faits relus, {'chaîne intacte' if not rompus else 'chaîne rompue'}.")
sys.exit(1 if rompus else 0)
'''
"""Given with the facts, for who has none of this program."""


def emporter(faits: Iterable[Mapping[str, Any]], index: str, reglement: Mapping[str, Any] | None) -> dict[str, bytes]:
    """Return the files of the folder, by name."""
    return {
        "index.html": index.encode(),
        "faits.jsonl": "".join(f"{json.dumps(fait, ensure_ascii=False)}\n" for fait in faits).encode(),
        "reglement.json": json.dumps(reglement, ensure_ascii=False, indent=2).encode(),
        "verifier.py": VERIFICATEUR.encode(),
    }


def archiver(fichiers: Mapping[str, bytes]) -> bytes:
    """Return these files as a ZIP, always the same of the same files."""
    flux = BytesIO()
    with zipfile.ZipFile(flux, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, contenu in fichiers.items():
            archive.writestr(zipfile.ZipInfo(nom, _LE), contenu, zipfile.ZIP_DEFLATED)
    return flux.getvalue()

"""What an auditor takes away: facts as they are stored, what they say, the règlement, and what checks the chain alone.

Nothing of the coffre is in it but, when they are asked for, the pièces, each checked against the fact that received it. The same
facts give the same bytes: its digest is said before it is taken, and stays.
"""

import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from tempfile import SpooledTemporaryFile
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


dossier = pathlib.Path(__file__).parent
lignes = (dossier / "faits.jsonl").read_text(encoding="utf-8").splitlines()
faits = [json.loads(ligne) for ligne in lignes]
rompus = [fait["position"] for fait in faits if empreinte(fait) != fait["empreinte"]]
for position in rompus:
    print(f"Le fait de la position {position} ne correspond pas à son empreinte.")
print(f"{len(faits)} faits relus, {'chaîne intacte' if not rompus else 'chaîne rompue'}.")
etats = {fait["position"]: fait["etat"] for fait in faits}
recues = dossier / "pieces.json"
pieces = json.loads(recues.read_text(encoding="utf-8")) if recues.exists() else []
for piece in pieces:
    octets = (dossier / piece["fichier"]).read_bytes()
    if not hashlib.sha256(octets).hexdigest() == piece["sha256"] or piece["sha256"] not in etats[piece["position"]]:
        print(f"La pièce {piece['fichier']} n'est pas celle que le fait {piece['position']} a reçue.")
        rompus.append(piece["position"])
if pieces:
    print(f"{len(pieces)} pièces relues.")
sys.exit(1 if rompus else 0)
'''
"""Given with the facts, for who has none of this program."""


PieceRecueLa = tuple[int, str, str, Callable[[], bytes]]
"""The position of the fact that received a pièce, its code, its digest, and what reads it."""
EN_MEMOIRE: Final = 16 * 1024 * 1024
"""Bytes of an archive beyond which it waits on the disk."""


def emporter(
    faits: Iterable[Mapping[str, Any]],
    index: str,
    reglement: Mapping[str, Any] | None,
    pieces: Iterable[PieceRecueLa] = (),
) -> Iterator[tuple[str, bytes]]:
    """Yield the files of the folder, by name; each pièce is read when it is its turn."""
    yield "index.html", index.encode()
    yield "faits.jsonl", "".join(f"{json.dumps(fait, ensure_ascii=False)}\n" for fait in faits).encode()
    yield "reglement.json", json.dumps(reglement, ensure_ascii=False, indent=2).encode()
    yield "verifier.py", VERIFICATEUR.encode()
    gardees = [(f"pieces/{position}-{code}", position, digest, lire) for position, code, digest, lire in pieces]
    if gardees:
        dites = [{"fichier": nom, "position": position, "sha256": digest} for nom, position, digest, _ in gardees]
        yield "pieces.json", json.dumps(dites, ensure_ascii=False, indent=2).encode()
    for nom, _, _, lire in gardees:
        yield nom, lire()


def archiver(fichiers: Iterable[tuple[str, bytes]]) -> SpooledTemporaryFile[bytes]:
    """Return these files as a ZIP, always the same of the same files; whoever has it closes it."""
    flux = SpooledTemporaryFile[bytes](max_size=EN_MEMOIRE)
    with zipfile.ZipFile(flux, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, contenu in fichiers:
            archive.writestr(zipfile.ZipInfo(nom, _LE), contenu, zipfile.ZIP_DEFLATED)
    return flux

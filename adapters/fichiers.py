"""Pièces, encrypted: one file per dossier and content, which only the key of that dossier opens.

`dossiers/<id of the dossier>/<SHA-256 of the pièce>`. Forgetting a dossier makes its files unreadable wherever they were
copied, and nobody else's. ADR 0026.
"""

import fcntl
import io
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final, Protocol
from uuid import UUID

from adapters.blocs_scelles import ScelleAltere, ouvrir, sceller
from adapters.coffre import PersonneOubliee
from adapters.ecriture import ecrit_en_entier, rendre_durable
from application.ports import REPOS_S
from kernel.pannes import passer

DOSSIERS: Final = "dossiers"
OUBLIES: Final = "oublies"
"""The folder, beside the pièces, of the names of those who were forgotten."""
_HEXADECIMAL: Final = frozenset("0123456789abcdef")


class FichierAltere(Exception):
    """The bytes read are not those that were kept."""


class FichierInconnu(Exception):
    """No bytes were ever kept under that digest, for that dossier."""


class ClesDePieces(Protocol):
    """Where the key of each dossier is: the coffre."""

    def cle_des_pieces(self, sujet: UUID, *, nouvelle: bool) -> bytes:
        """Return the key of the pièces of a subject, made when it has none (`nouvelle`), or refuse with PersonneOubliee."""


class FichiersDossier:
    """Implements `application.ports.Fichiers` in a folder; what is kept is durable when `ranger` returns."""

    def __init__(self, racine: Path, cles: ClesDePieces) -> None:
        self.racine = racine
        self._cles = cles

    def ranger(self, sujet: UUID, contenu: bytes) -> Callable[[], None] | None:
        """Keep the bytes of a dossier durably. Return how to take them back, None when they were there.

        Who keeps the same bytes next touches their file: whoever kept them first can no longer take it back, and nobody
        sweeps it.

        Raises:
            PersonneOubliee: the dossier was forgotten.
        """
        cle, empreinte = self._cles.cle_des_pieces(sujet, nouvelle=True), sha256(contenu).hexdigest()
        destination = self._chemin(sujet, empreinte)
        premiere = not (self.racine / DOSSIERS).exists()
        destination.parent.mkdir(parents=True, exist_ok=True)
        with _seul(destination.parent):
            connu = destination.exists()
            if connu and _intact(destination, cle, sujet, empreinte):
                _toucher(destination)
                return None
            with ecrit_en_entier(destination, durable=True) as provisoire, provisoire.open("wb") as flux:
                sceller(io.BytesIO(contenu), flux, cle, _donnees(sujet, empreinte))  # an altered one is written again
            for dossier in (self.racine / DOSSIERS, *([self.racine] if premiere else ())):
                rendre_durable(dossier)  # the folder of this one may be new: before anybody else finds the file there
            marque = _marque(destination)
        return None if connu else partial(_retirer, destination, marque)

    def lire(self, sujet: UUID, empreinte: str) -> bytes:
        """Return the bytes.

        Raises:
            FichierInconnu: they were never kept for that dossier.
            FichierAltere: what is on the disk is not what was kept.
            PersonneOubliee: the dossier was forgotten.
        """
        return b"".join(self.lire_par_blocs(sujet, empreinte))

    def lire_par_blocs(self, sujet: UUID, empreinte: str) -> Iterator[bytes]:
        """Yield the bytes by blocks, each once it is known to be right, or raise as `lire`."""
        try:
            with self._chemin(sujet, empreinte).open("rb") as flux:
                cle = self._cles.cle_des_pieces(sujet, nouvelle=False)
                yield from ouvrir(flux, cle, _donnees(sujet, empreinte))
        except FileNotFoundError:
            raise FichierInconnu(empreinte) from None
        except ScelleAltere:
            raise FichierAltere(empreinte) from None

    def chiffrer_les_anciennes(self, nommees: Mapping[str, Collection[UUID]]) -> int:
        """Encrypt the pièces a former version kept in clear (`ab/cdef…`), for each dossier that names them.

        A clear one is removed once each has its own; stopped anywhere, it is done again. Those nobody names are left to
        `purger`, those that are altered where they are. Return how many were encrypted.
        """
        faites = 0
        for ancienne, empreinte in anciennes(self.racine):
            contenu = ancienne.read_bytes()
            if empreinte not in nommees or sha256(contenu).hexdigest() != empreinte:
                continue
            for sujet in nommees[empreinte]:
                with suppress(PersonneOubliee):
                    self.ranger(sujet, contenu)
            passer("fichiers.avant_retrait_du_clair")
            ancienne.unlink()
            rendre_durable(ancienne.parent)
            faites += 1
        return faites

    def purger(self, nommees: Mapping[str, Collection[UUID]], connu_ns: int) -> int:
        """Remove what no fact names and nobody touched for a day, counted before `connu_ns` (nanoseconds) too.

        `connu_ns` is when the last known fact was recorded: a file younger than that may be of a fact that an older copy
        of the store has lost. Now is told by the disk itself: no clock of ours, or of another host, makes a file old.
        Return how many were removed.
        """
        if not self.racine.is_dir():
            return 0
        limite = min(_heure_du_disque(self.racine), connu_ns) - REPOS_S * 10**9
        retires = 0
        for fichier in self._notres():
            if self._est_nomme(fichier, nommees):
                continue
            with _seul(fichier.parent), suppress(FileNotFoundError):
                if fichier.stat().st_mtime_ns < limite:
                    fichier.unlink()
                    retires += 1
        return retires

    def noter_oubli(self, sujet: UUID) -> None:
        """Keep an empty file named by the subject: this folder is only ever added to, by backups and restores too."""
        registre = self.racine / OUBLIES
        registre.mkdir(parents=True, exist_ok=True)
        (registre / str(sujet)).touch()
        for dossier in (registre, self.racine):
            rendre_durable(dossier)

    def oublies(self) -> set[UUID]:
        """Return every subject ever noted."""
        sujets = set()
        for fichier in (self.racine / OUBLIES).glob("*"):
            with suppress(ValueError):  # what a backup may leave there
                sujets.add(UUID(fichier.name))
        return sujets

    def _chemin(self, sujet: UUID, empreinte: str) -> Path:
        # the digest comes from outside: anything else than hexadecimal could leave the folder
        if not _est_une_empreinte(empreinte):
            raise FichierInconnu(empreinte)
        return self.racine / DOSSIERS / str(sujet) / empreinte

    def _notres(self) -> Iterator[Path]:
        """Yield the files we made, those of a write that was interrupted too; whatever else lies there is not ours."""
        for fichier in sorted((*self.racine.glob("??/*"), *(self.racine / DOSSIERS).glob("*/*"))):
            ancienne = fichier.parent.name if fichier.parent.parent == self.racine else ""
            provisoire = fichier.name[1:].partition(".")[0] if fichier.name.startswith(".") else None
            if _est_une_empreinte(ancienne + (fichier.name if provisoire is None else provisoire)):
                yield fichier

    def _est_nomme(self, fichier: Path, nommees: Mapping[str, Collection[UUID]]) -> bool:
        if fichier.parent.parent == self.racine:
            return fichier.parent.name + fichier.name in nommees
        return fichier.parent.name in {str(sujet) for sujet in nommees.get(fichier.name, ())}


def anciennes(racine: Path) -> Iterator[tuple[Path, str]]:
    """Yield the pièces that a former version kept in clear (`ab/cdef…`), with their digest."""
    for fichier in sorted(racine.glob("??/*")):
        if _est_une_empreinte(empreinte := fichier.parent.name + fichier.name):
            yield fichier, empreinte


def _est_une_empreinte(texte: str) -> bool:
    return len(texte) == 64 and _HEXADECIMAL.issuperset(texte)


def _donnees(sujet: UUID, empreinte: str) -> bytes:
    """A file moved to another dossier or under another digest must not open."""
    return sujet.bytes + bytes.fromhex(empreinte)


def _intact(fichier: Path, cle: bytes, sujet: UUID, empreinte: str) -> bool:
    try:
        with fichier.open("rb") as flux:
            for _ in ouvrir(flux, cle, _donnees(sujet, empreinte)):
                pass
    except ScelleAltere:
        return False
    return True


def _toucher(fichier: Path) -> None:
    """Make a file of now, and never of the very instant it was of."""
    avant = fichier.stat()
    os.utime(fichier)
    if fichier.stat().st_mtime_ns <= avant.st_mtime_ns:
        os.utime(fichier, ns=(avant.st_atime_ns, avant.st_mtime_ns + 1))


def _heure_du_disque(dossier: Path) -> int:
    """Return what the disk itself says the time is, in nanoseconds."""
    with TemporaryFile(dir=dossier) as temoin:
        temoin.write(b".")
        temoin.flush()
        return os.fstat(temoin.fileno()).st_mtime_ns


def _retirer(destination: Path, marque: tuple[int, int]) -> None:
    """Remove a file nobody touched since it had that mark."""
    with _seul(destination.parent), suppress(FileNotFoundError):
        if _marque(destination) == marque:
            destination.unlink()


def _marque(fichier: Path) -> tuple[int, int]:
    etat = fichier.stat()
    return etat.st_ino, etat.st_mtime_ns


@contextmanager
def _seul(dossier: Path) -> Iterator[None]:
    """Hold a folder, across threads and processes: nobody else keeps nor takes back there meanwhile."""
    descripteur = os.open(dossier, os.O_RDONLY)
    try:
        fcntl.flock(descripteur, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descripteur)

"""What the operating system and the databases say in English, in French."""

import errno
import sys
from typing import Final

_FAMILLES: Final = (("eventsourcing.persistence", "PersistenceError"), ("sqlalchemy.exc", "SQLAlchemyError"))

_RAISONS: Final = {
    errno.ENOENT: "il n’existe pas",
    errno.ENOTDIR: "son chemin passe par ce qui n’est pas un dossier",
    errno.EISDIR: "c’est un dossier",
    errno.EACCES: "les droits manquent",
    errno.EPERM: "les droits manquent",
    errno.EROFS: "ce disque est en lecture seule",
    errno.ENOSPC: "le disque est plein",
    errno.ENAMETOOLONG: "son nom est trop long",
    errno.ELOOP: "ses liens tournent en rond",
    errno.ENXIO: "personne n’est à l’autre bout",
    errno.EIO: "le disque ne répond pas",
    errno.EADDRINUSE: "un autre programme l’occupe",
    errno.EADDRNOTAVAIL: "cette adresse n’est pas de cette machine",
}


def raison_du_systeme(erreur: OSError) -> str:
    """Return the reason in French; what has no translation is quoted."""
    return _RAISONS.get(erreur.errno or 0, erreur.strerror or type(erreur).__name__)


_DES_BASES: Final = (
    (
        "was removed under a running program",
        "son journal (-wal) a été retiré pendant qu’un programme s’en servait : arrêtez-les tous, puis relancez-les",
    ),
    ("not a database", "ce fichier n’est pas une base"),
    ("malformed", "le fichier de la base est abîmé"),
    ("invalid page in block", "une page de la base est abîmée"),
    ("page verification failed", "une page de la base est abîmée"),
    ("readonly", "la base est en lecture seule"),
    ("read-only transaction", "la base est en lecture seule"),
    ("unable to open", "le fichier de la base ne s’ouvre pas"),
    ("is locked", "la base est occupée"),
    ("every connection to PostgreSQL was locked", "toutes les connexions de ce programme sont prises"),
    ("QueuePool limit", "toutes les connexions de ce programme sont prises"),
    ("was locked for", "la base est occupée"),
    ("lock timeout", "la base est occupée"),
    ("too many clients", "le serveur a trop de connexions"),
    ("remaining connection slots", "le serveur a trop de connexions"),
    ("disk is full", "le disque est plein"),
    ("No space left", "le disque est plein"),
    ("disk I/O error", "le disque ne répond pas"),
    ("Connection refused", "personne ne répond à cette adresse"),
    ("could not translate host name", "cette machine est inconnue"),
    ("failed to resolve host", "cette machine est inconnue"),
    ("Name or service not known", "cette machine est inconnue"),
    ("No such file or directory", "aucun serveur n’écoute sur cette machine"),
    ("authentication failed", "le nom ou le mot de passe est refusé"),
    ("no password supplied", "le mot de passe manque"),
    ("does not exist", "cette base ou ce compte n’existe pas"),
    ("permission denied", "les droits manquent"),
    ("starting up", "le serveur démarre"),
    ("in recovery mode", "le serveur démarre"),
    ("shutting down", "le serveur s’arrête"),
    ("terminating connection", "le serveur a coupé la connexion"),
    ("server closed the connection", "le serveur a coupé la connexion"),
    ("timeout", "le serveur n’a pas répondu à temps"),
    ("no answer from PostgreSQL", "le serveur n’a pas répondu à temps"),
    ("no time left", "le serveur n’a pas répondu à temps"),
    ("invalid integer value", "le port n’est pas un nombre"),
)


_DE_L_ADRESSE: Final = (
    "authentication failed",
    "no password supplied",
    "does not exist",
    "permission denied",
    "invalid integer value",
    "invalid port number",
    "invalid connection option",
    "not a database",
)


def est_de_l_adresse(erreur: Exception) -> bool:
    """Tell what the caller must correct in an address from a server or a disk that is away: that one is an outage."""
    return any(dit in str(erreur) for dit in _DE_L_ADRESSE)


def raison_de_la_base(erreur: Exception) -> str:
    """Return in French why a database failed; what has no translation is quoted, its first line only."""
    dit = str(erreur).strip()
    connue = next((francais for anglais, francais in _DES_BASES if anglais in dit), None)
    return connue or dit.partition("\n")[0] or type(erreur).__name__


def est_une_panne(erreur: Exception) -> bool:
    """Tell whether a store or a disk failed. A library that was not loaded did not fail, and is not loaded to be named."""
    chargees = [getattr(sys.modules[module], nom) for module, nom in _FAMILLES if module in sys.modules]
    return isinstance(erreur, (OSError, *chargees))


def raison(erreur: Exception) -> str:
    """Return in French why it failed."""
    return raison_du_systeme(erreur) if isinstance(erreur, OSError) else raison_de_la_base(erreur)

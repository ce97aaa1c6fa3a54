"""Plain calls that put the adapters behind the application's doors; the doors above name adapters only through here."""

import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import UUID

from adapters.annonce import adresse_annoncee
from adapters.coffre import ouvrir_coffre, tourner_cle
from adapters.echanges import EchangesParFichier
from adapters.editions import EditeurTypst
from adapters.entrees import ouvert
from adapters.fichiers import FichiersDossier, anciennes
from adapters.listes_publiques import COMMUNES, PERIMETRES, QUARTIERS
from adapters.reserves import Reserves
from adapters.store import ouvrir
from adapters.store.adresse import AdresseSqlite, lire_adresse
from adapters.store.connexions import marque_du_journal
from adapters.store.identite import identite
from adapters.store.perdue import StorePerdu, manque, vestiges
from adapters.store.schema import migrer as migrer_le_store
from application import pieces
from application.ports import Constat, Courrier
from application.services import Services
from application.store import Store
from bootstrap.reglages import Reglages
from kernel.instants import Instant
from kernel.refus import SaisieInvalide

if TYPE_CHECKING:
    from adapters.store.relecture import ARelire, Maillon
    from adapters.store.verification import Verification

ANCRE: Final = re.compile(r"\A([0-9]{1,18}):([0-9a-f]{64})\s*")
"""How an anchor is written."""


@contextmanager
def services(reglages: Reglages) -> Iterator[Services]:
    """Open the store, the coffre and the files, or refuse with StoreAbsent: only `preparer` and `migrer` make one."""
    with ExitStack() as pile:
        application = ouvrir(reglages.base, timedelta(days=reglages.saut_maximal))
        pile.callback(application.close)
        coffre = ouvrir_coffre(reglages.base, reglages.cle_maitresse)
        pile.callback(coffre.fermer)
        store = Store(application)
        coffre.accompagner(reglages.base, store.derniere_position())
        yield Services(
            store=store,
            coffre=coffre,
            fichiers=FichiersDossier(_dossier_des_fichiers(reglages), coffre),
            echanges=echanges(reglages),
            qpv=QUARTIERS,
            perimetres=PERIMETRES,
            communes=COMMUNES,
            taille_max_fichier=reglages.taille_max_fichier,
            editeur=EditeurTypst(),
            courrier=courrier(reglages, repetition=store.enregistreur.est_repetition()),
        )


_ICI: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})


def courrier(reglages: Reglages, *, repetition: bool) -> Courrier | None:
    """Return what sends documents: nothing without a server, and nobody ever receives those of a rehearsal.

    Raises:
        SaisieInvalide: the server has no port, or no sender is set, or the password cannot be read, or would travel in clear.
    """
    if not repetition and reglages.courriel_serveur is None:
        return None
    # only here: most commands send nothing, and what speaks to a mail server is a tenth of the shortest
    from adapters.courriel import CourrierDeRepetition, CourrierSmtp

    if repetition or reglages.courriel_serveur is None:
        return CourrierDeRepetition()
    hote, _, port = reglages.courriel_serveur.rpartition(":")
    if not hote or not port.isdecimal() or "@" not in reglages.courriel_expediteur:
        raise SaisieInvalide(
            "Réglage impossible — DILIGENCE_COURRIEL_SERVEUR : hôte:port, avec l’adresse de DILIGENCE_COURRIEL_EXPEDITEUR.",
            variable="DILIGENCE_COURRIEL_SERVEUR",
        )
    if reglages.courriel_chiffrement == "aucun" and reglages.courriel_utilisateur and hote not in _ICI:
        raise SaisieInvalide(
            "Réglage impossible — DILIGENCE_COURRIEL_CHIFFREMENT : le mot de passe partirait en clair (starttls ou tls).",
            variable="DILIGENCE_COURRIEL_CHIFFREMENT",
        )
    secret = reglages.courriel_mot_de_passe
    return CourrierSmtp(
        hote,
        int(port),
        reglages.courriel_expediteur,
        reglages.courriel_chiffrement,
        reglages.courriel_utilisateur,
        None if secret is None else _lire_secret(secret),
    )


def _lire_secret(fichier: Path) -> str:
    try:
        with ouvert(fichier) as flux:
            return flux.read().decode("utf-8").strip()
    except (OSError, ValueError) as erreur:
        raise SaisieInvalide(
            f"DILIGENCE_COURRIEL_MOT_DE_PASSE : {fichier} ne se lit pas.", fichier=str(fichier)
        ) from erreur


def preparer(reglages: Reglages) -> None:
    """Make the SQLite store that is not there yet, where nothing of one lies: what serves it makes it.

    A PostgreSQL one is `migrer`'s to make.

    Raises:
        StorePerdu: something lies there of a store that is not.
    """
    adresse = lire_adresse(reglages.base)
    if isinstance(adresse, AdresseSqlite) and manque(adresse):
        if restes := vestiges(adresse, reglages.fichiers):
            raise StorePerdu(str(adresse.chemin), restes)
        migrer(reglages.base)


def migrer(
    base: str,
    *,
    repetition: bool = False,
    debut: Instant | None = None,
    fichiers: Path | None = None,
    refaire_coffre: bool = False,
) -> dict[str, Any]:
    """Create or update the tables of a store, of its coffre and of its site; return what the store is.

    See `adapters.store.schema.migrer`, whose refusals are those of this, with SiteEtranger.
    """
    # only here: SQLAlchemy is half of a command that reads nothing else
    from bootstrap.site import preparer

    etat = migrer_le_store(base, repetition=repetition, debut=debut, fichiers=fichiers, refaire_coffre=refaire_coffre)
    preparer(base)
    return etat


def remettre_les_gardes(reglages: Reglages, services: Services) -> list[str]:
    """Put back what keeps an SQLite store append-only and is missing or altered; return it.

    On PostgreSQL who serves does not own the tables: `migrer` does it.
    """
    enregistreur = services.store.enregistreur
    sqlite = isinstance(lire_adresse(reglages.base), AdresseSqlite)
    if not sqlite or not cast("ARelire", enregistreur).relire().gardes_manquantes():
        return []
    remises: list[str] = migrer(reglages.base, repetition=enregistreur.est_repetition())["gardes_remises"]
    return remises


def _dossier_des_fichiers(reglages: Reglages) -> Path:
    if reglages.fichiers is not None:
        return reglages.fichiers
    adresse = lire_adresse(reglages.base)
    if not isinstance(adresse, AdresseSqlite):
        raise SaisieInvalide(
            "Avec PostgreSQL, DILIGENCE_FICHIERS doit nommer le dossier des pièces.", variable="DILIGENCE_FICHIERS"
        )
    return adresse.fichiers


def echanges(reglages: Reglages) -> EchangesParFichier:
    """Return what reads and writes the files of people, and never takes those of the store for one of them."""
    adresse = lire_adresse(reglages.base)
    base, a_cote = (adresse.chemin, adresse.fichiers) if isinstance(adresse, AdresseSqlite) else (None, None)
    nommes = (reglages.cle_maitresse, reglages.base_fichier)
    dossiers = (reglages.fichiers, a_cote)
    return EchangesParFichier(
        Reserves(
            base=base,
            fichiers=tuple(fichier for fichier in nommes if fichier is not None),
            dossiers=tuple(dossier for dossier in dossiers if dossier is not None),
        )
    )


def chiffrer_les_pieces(reglages: Reglages) -> int:
    """Encrypt the pièces of a migrated store that are still in clear; the coffre is opened only when there are some."""
    adresse = lire_adresse(reglages.base)
    dossier = reglages.fichiers or (adresse.fichiers if isinstance(adresse, AdresseSqlite) else None)
    if dossier is None or next(anciennes(dossier), None) is None:
        return 0
    with services(reglages) as ouverts:
        return pieces.chiffrer(ouverts)


def adresse_temporal(reglages: Reglages) -> str | None:
    """Return the address of the Temporal that follows a store: the given one, or that of the engine it announces."""
    return reglages.temporal or adresse_annoncee(reglages.base)


def verification_du_store(services: Services, *, depuis: int = 0) -> "Verification":
    """Return what reads the store again as it is stored, from after a position on."""
    # only here: a command of a script reads nothing again
    from adapters.store.verification import Verification

    return Verification(cast("ARelire", services.store.enregistreur).relire(), depuis=depuis)


def verifier_des_flux(services: Services, agregats: Iterable[UUID]) -> list[tuple[int, list[Constat]]]:
    """Return, for each of these streams, how many facts were read again as they are stored, and what does not hold."""
    from adapters.store.preuve import verifier_le_flux

    relecture = cast("ARelire", services.store.enregistreur).relire()
    return [verifier_le_flux(relecture, agregat) for agregat in agregats]


def faits_chaines(services: Services, agregats: Iterable[UUID]) -> list[dict[str, Any]]:
    """Return the facts of these streams as they are stored, each with the digest before it, in the order of positions."""
    from adapters.store.preuve import chainons

    relecture = cast("ARelire", services.store.enregistreur).relire()
    lus = (fait for agregat in agregats for fait in chainons(relecture, agregat))
    return sorted(lus, key=lambda fait: int(fait["position"]))


def lire_ancre(texte: str) -> "Maillon":
    """Read an anchor, « POSITION:EMPREINTE », or refuse with SaisieInvalide."""
    from adapters.store.relecture import Maillon

    if (lue := ANCRE.fullmatch(texte)) is None:
        raise SaisieInvalide("Une ancre s’écrit POSITION:EMPREINTE (64 chiffres hexadécimaux).", champ="ancre")
    return Maillon(int(lue[1]), bytes.fromhex(lue[2]))


def journal_retire(base: str) -> bool:
    """Tell whether the log of an SQLite store was once removed under a running program, and nobody has taken note."""
    adresse = lire_adresse(base)
    return isinstance(adresse, AdresseSqlite) and marque_du_journal(adresse.chemin).exists()


def oublier_le_journal_retire(base: str) -> None:
    """Take note of it."""
    adresse = lire_adresse(base)
    if isinstance(adresse, AdresseSqlite):
        marque_du_journal(adresse.chemin).unlink(missing_ok=True)


def source_des_evenements(base: str) -> str:
    """Return what names a store to those who read its facts: another store of the same address is another source."""
    return f"urn:diligence:store:{identite(base)}"


__all__ = [
    "ANCRE",
    "adresse_temporal",
    "echanges",
    "journal_retire",
    "lire_ancre",
    "migrer",
    "oublier_le_journal_retire",
    "preparer",
    "remettre_les_gardes",
    "services",
    "source_des_evenements",
    "tourner_cle",
    "verification_du_store",
]

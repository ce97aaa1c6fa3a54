"""The coffre: typed texts and personal data, encrypted under one key per subject, itself wrapped by the master key.

Destroying a key forgets the subject; the facts, which only hold ids, do not change.
"""

import hmac
import secrets
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from eventsourcing.persistence import OperationalError, ProgrammingError

from adapters.cle_maitresse import CleMaitresseAbsente, CleMaitresseAutre, creer_cle, deriver, lire_cle, temoin
from adapters.coffre_tables import RayonPostgres, RayonSqlite
from adapters.store.adresse import (
    AdresseSqlite,
    StoreAbsent,
    StoreAMigrer,
    lire_adresse,
    non_preparee,
    sans_mot_de_passe,
)
from adapters.store.identite import identite, sans_fait
from adapters.store.perdue import UN_COFFRE, CoffreEtranger, CoffrePerdu, StorePerdu, manque
from application.ports import REPOS_S, TexteAltere
from kernel.refus import Refus, SaisieInvalide
from kernel.systeme import raison_du_systeme

_NONCE = 12
EMPREINTES = UUID(int=0)
"""The subject under which the key of digests is kept, once the master key was replaced; ids of people are never nil."""


class PersonneOubliee(Refus, code="personne_oubliee"):
    """The key of that subject was destroyed: it stays forgotten."""


class CoffreChiffre:
    """Implements `application.ports.Coffre`; `rayon` keeps the rows, on SQLite or PostgreSQL."""

    def __init__(self, rayon: RayonSqlite | RayonPostgres, cle_maitresse: bytes, *, servi: bool = False) -> None:
        self._rayon, self._servi = rayon, servi
        self.temoin = temoin(cle_maitresse)
        self._emballage = AESGCM(deriver(cle_maitresse, "emballage"))
        # facts hold digests: the key that makes them outlives the master key it was first derived from
        gardee = rayon.cle(EMPREINTES)
        derivee = deriver(cle_maitresse, "empreinte")
        self._hmac = derivee if gardee is None else desceller(self._emballage, gardee, EMPREINTES.bytes)

    def ranger(self, texte_id: UUID, sujet: UUID, texte: str) -> Callable[[], None] | None:
        """Keep a text under an id; the same id again is silent. Return how to take it back, None when it was there.

        Who keeps the same text next seals it again: whoever kept it first can no longer take it back.

        Raises:
            PersonneOubliee: the key of the subject was destroyed.
            TexteAltere: what was there was tampered with.
        """

        def chiffrer(emballee: bytes, connu: bytes | None) -> bytes:
            cle, aad = self._deballer(emballee, sujet), _aad(texte_id, sujet)
            return sceller(cle, texte.encode() if connu is None else desceller(cle, connu, aad), aad)

        try:
            garde = self._rayon.ranger(texte_id, sujet, self._cle_neuve(sujet), chiffrer, self.temoin)
        except InvalidTag as erreur:
            raise TexteAltere(f"text {texte_id}") from erreur
        if garde is None:
            raise _oubliee(sujet)
        chiffre, neuf = garde
        return partial(self._rayon.retirer, texte_id, chiffre) if neuf else None

    def cle_des_pieces(self, sujet: UUID, *, nouvelle: bool) -> bytes:
        """Return the key of the files of a subject, drawn from its own; `nouvelle`: made when it has none.

        Raises:
            PersonneOubliee: it was destroyed, or never made.
            CleMaitresseAutre: the master key was replaced since this process started.
        """
        return self._derivee(sujet, "pieces", nouvelle=nouvelle)

    def cle_du_site(self, sujet: UUID, *, nouvelle: bool) -> bytes:
        """Return likewise the key of what the site keeps of a subject."""
        return self._derivee(sujet, "site", nouvelle=nouvelle)

    def _derivee(self, sujet: UUID, usage: str, *, nouvelle: bool) -> bytes:
        emballee = self._rayon.cle(sujet)
        if emballee is None and nouvelle:
            emballee = self._rayon.exiger_cle(sujet, self._cle_neuve(sujet), self.temoin)
        if emballee is None:
            raise _oubliee(sujet)
        with self._sous_la_cle_d_aujourd_hui():
            return deriver(desceller(self._emballage, emballee, sujet.bytes), usage)

    def lire(self, texte_id: UUID) -> str | None:
        """Return the text, None when it is unknown or its key was destroyed.

        Raises:
            TexteAltere: what is kept was tampered with.
            CleMaitresseAutre: the master key was replaced since this process started.
        """
        ligne = self._rayon.lire(texte_id)
        if ligne is None:
            return None
        sujet, chiffre, emballee = ligne
        try:
            with self._sous_la_cle_d_aujourd_hui():
                return desceller(self._deballer(emballee, sujet), chiffre, _aad(texte_id, sujet)).decode()
        except InvalidTag as erreur:
            raise TexteAltere(f"text {texte_id}") from erreur

    def sujet(self, texte_id: UUID) -> UUID | None:
        """Return whose text it is, None when it is unknown."""
        return self._rayon.sujet(texte_id)

    def empreinte(self, valeur: str) -> str:
        """Return an HMAC of a value, the same for ever, whatever becomes of the master key."""
        return hmac.new(self._hmac, valeur.encode(), sha256).hexdigest()

    def detruire_cle(self, sujet: UUID) -> bool:
        """Forget a subject for good, one that has no text yet too; False when there was nothing to forget."""
        return self._rayon.detruire(sujet)

    def lisibles(self, sujets: Collection[UUID]) -> set[UUID]:
        """Return those of these subjects whose key is there."""
        return self._rayon.lisibles(sujets)

    def textes(self) -> Iterator[UUID]:
        """Yield the id of every text."""
        return self._rayon.textes()

    def purger(self, textes: Collection[UUID], connu_s: int) -> int:
        """Remove those of these texts that nobody kept for a day, counted before `connu_s` too; return how many."""
        return self._rayon.purger(textes, connu_s, REPOS_S)

    def tourner(self, nouvelle: bytes) -> int:
        """Replace the master key: every key is wrapped again by the new one, in one transaction; return how many.

        Texts and digests do not change. Other processes refuse to go on until they are started with the new key.
        """
        emballage = AESGCM(deriver(nouvelle, "emballage"))

        def reemballer(sujet: UUID, emballee: bytes) -> bytes:
            return sceller(emballage, desceller(self._emballage, emballee, sujet.bytes), sujet.bytes)

        empreintes = (EMPREINTES, sceller(emballage, self._hmac, EMPREINTES.bytes))
        return self._rayon.tourner(self.temoin, temoin(nouvelle), reemballer, empreintes)

    def accompagner(self, base: str, position: int) -> None:
        """Take note, once, that the store holds facts; refuse with StorePerdu one that holds none when it did."""
        if position and not self._servi:
            self._rayon.noter_qu_il_sert()
        elif self._servi and not position:
            raise StorePerdu(sans_mot_de_passe(base), [UN_COFFRE], "est vide")

    def fermer(self) -> None:
        """Close the connections."""
        self._rayon.fermer()

    @contextmanager
    def _sous_la_cle_d_aujourd_hui(self) -> Iterator[None]:
        """Say that the master key was replaced where that is why nothing opens."""
        try:
            yield
        except InvalidTag as erreur:
            if self._rayon.temoin() == self.temoin:
                raise
            raise CleMaitresseAutre(
                "La clé maîtresse du coffre a été remplacée : relancez ce programme avec la nouvelle."
            ) from erreur

    def _cle_neuve(self, sujet: UUID) -> bytes:
        return sceller(self._emballage, secrets.token_bytes(32), sujet.bytes)

    def _deballer(self, emballee: bytes, sujet: UUID) -> AESGCM:
        return AESGCM(desceller(self._emballage, emballee, sujet.bytes))


def _oubliee(sujet: UUID) -> PersonneOubliee:
    return PersonneOubliee(
        "Cette personne ou ce dossier a été oublié : plus rien ne s’y ajoute ni ne s’y lit.", sujet=str(sujet)
    )


def ouvrir_coffre(base: str, cle: Path | None = None) -> CoffreChiffre:
    """Open the coffre of a prepared store.

    Args:
        base: the address of the store.
        cle: the file of the master key; beside an SQLite store one is made when the coffre has none yet.

    Raises:
        StoreAbsent: the base was never prepared.
        CoffrePerdu: it holds facts, and its coffre is not there.
        CleMaitresseAbsente: no key file, with PostgreSQL or with a coffre that already has its key.
        CleMaitresseAutre: the key is not the one of this coffre.
        CoffreEtranger: the coffre is that of another store.
    """
    adresse = lire_adresse(base)
    if isinstance(adresse, AdresseSqlite):
        if not adresse.coffre.exists():
            raise _sans_coffre(base)
        rayon: RayonSqlite | RayonPostgres = RayonSqlite(adresse.coffre)
        fichier = cle or adresse.cle
    else:
        if cle is None:
            raise CleMaitresseAbsente(
                "Avec PostgreSQL, DILIGENCE_CLE_MAITRESSE doit nommer le fichier de la clé maîtresse du coffre."
            )
        rayon, fichier = RayonPostgres(base), cle
    try:
        if isinstance(adresse, AdresseSqlite) and not fichier.exists() and rayon.temoin() is None:
            creer_cle(fichier)
        return _ouvrir_sous(rayon, fichier, base)
    except (OperationalError, ProgrammingError) as erreur:
        rayon.fermer()
        if "temoin" in str(erreur):  # the first table that is asked
            raise _sans_coffre(base) from erreur
        raise
    except BaseException:
        rayon.fermer()
        raise


def _ouvrir_sous(rayon: RayonSqlite | RayonPostgres, fichier: Path, base: str) -> CoffreChiffre:
    """Open the coffre under the key of that file; both are those of this store."""
    contenu = lire_cle(fichier)
    if rayon.retenir_temoin(temoin(contenu)) != temoin(contenu):
        raise CleMaitresseAutre(f"La clé de {fichier} n’est pas celle de ce coffre.", fichier=str(fichier))
    store_id, appartenance = identite(base), rayon.appartenance()
    if appartenance is None:
        raise StoreAMigrer("Le coffre ne dit pas encore de quelle base il est : lancez diligence migrer.")
    if appartenance.store != store_id:
        raise CoffreEtranger(store_id, appartenance.store)
    return CoffreChiffre(rayon, contenu, servi=appartenance.servi)


def _sans_coffre(base: str) -> StoreAbsent | CoffrePerdu:
    """Return why a store has no coffre: it was never prepared, or to the end, or the coffre is lost."""
    adresse = lire_adresse(base)
    jamais = (isinstance(adresse, AdresseSqlite) and manque(adresse)) or sans_fait(base)
    return non_preparee(base) if jamais else CoffrePerdu(sans_mot_de_passe(base))


def tourner_cle(base: str, cle: Path | None, nouvelle: Path) -> int:
    """Wrap every key of a coffre under the master key of another file, made when there is none; return how many.

    Raises:
        SaisieInvalide: that file cannot be written, or holds the key in use.
        CleMaitresseAbsente: what it holds is no key.
    """
    coffre = ouvrir_coffre(base, cle)
    try:
        lue = _lire_nouvelle_cle(nouvelle)
        if temoin(lue) == coffre.temoin:
            raise SaisieInvalide(f"La clé de {nouvelle} est déjà celle de ce coffre.", fichier=str(nouvelle))
        return coffre.tourner(lue)
    finally:
        coffre.fermer()


def _lire_nouvelle_cle(fichier: Path) -> bytes:
    try:
        if not fichier.exists():
            creer_cle(fichier)
        return lire_cle(fichier)
    except OSError as erreur:
        raise SaisieInvalide(
            f"Le fichier {fichier} ne peut pas être écrit : {raison_du_systeme(erreur)}.", fichier=str(fichier)
        ) from erreur


def _aad(texte_id: UUID, sujet: UUID) -> bytes:
    """A text moved to another id or another subject must not open."""
    return texte_id.bytes + sujet.bytes


def sceller(cle: AESGCM, clair: bytes, aad: bytes) -> bytes:
    """Encrypt what only opens again with the same `aad`."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + cle.encrypt(nonce, clair, aad)


def desceller(cle: AESGCM, scelle: bytes, aad: bytes) -> bytes:
    """Return what was sealed, or fail with InvalidTag."""
    return cle.decrypt(scelle[:_NONCE], scelle[_NONCE:], aad)

"""The store is the one that was meant: where what goes with one lies and it does not, it is lost, never new (ADR 0028)."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from adapters.store.adresse import AdresseSqlite
from kernel.refus import Empechement, Refus

Lire = Callable[..., Sequence[tuple[Any, ...]]]
"""Runs one statement, and returns its rows."""
_ENTETE, _SIGNATURE = 100, b"SQLite format 3\0"
_TAILLE_DE_PAGE, _PAGES = slice(16, 18), slice(28, 32)
"""Where the header of an SQLite file says how long a page is, and how many there are."""
UN_COFFRE: Final = "un coffre qui a servi"


class StorePerdu(Empechement, code="store_perdu"):
    """What goes with a store is there, and not the store: it was lost or moved, and nothing is made in its place."""

    def __init__(self, ou: str, vestiges: Sequence[str], pourquoi: str = "n’est pas là") -> None:
        super().__init__(
            f"La base {ou} {pourquoi}, et il reste ce qui va avec elle ({', '.join(vestiges)}) : elle est perdue ou "
            "déplacée, et rien n’est fait à sa place. Donnez la bonne adresse, ou restaurez-la (docs/exploitation.md) ; "
            "pour en commencer une autre, mettez d’abord cela ailleurs.",
            base=ou,
            vestiges=list(vestiges),
        )


class CoffrePerdu(Empechement, code="coffre_perdu"):
    """The store holds facts and its coffre is gone, with the names and texts that they tell by their ids."""

    def __init__(self, ou: str) -> None:
        super().__init__(
            f"Le coffre de la base {ou} n’est pas là, ou est vide, et des faits nomment ce qu’il gardait (noms, textes, "
            "coordonnées, clés des pièces) : restaurez-en une copie, puis « diligence migrer » et « diligence coffre "
            "oublier --de-nouveau ». S’il n’en existe aucune, « diligence migrer --refaire-coffre » en fait un vide : "
            "ce qu’il gardait est alors perdu pour de bon.",
            base=ou,
        )


class CoffreEtranger(Refus, code="coffre_etranger"):
    """The coffre is that of another store: what it holds is about other persons."""

    def __init__(self, store: str, coffre: str) -> None:
        super().__init__(
            f"Le coffre est celui d’une autre base ({coffre}) que celle-ci ({store}) : mettez ensemble ce qui l’était.",
            store=store,
            coffre=coffre,
        )


class Appartenance(NamedTuple):
    """Whose the coffre is, and whether that store ever held a fact."""

    store: str
    servi: bool


def vestiges(adresse: AdresseSqlite, fichiers: Path | None = None) -> list[str]:
    """Return what lies of a store where it should be: its key, its coffre, its read models, its site, its pièces, itself.

    Args:
        adresse: where the store should be.
        fichiers: the folder of the pièces, when it is not beside it.
    """
    chemin, dossier = adresse.chemin, fichiers or adresse.fichiers
    voisins = (adresse.cle, adresse.coffre, adresse.lectures, adresse.site)
    trouves = [f for f in (chemin, _journal(adresse), *voisins) if f.exists()]
    return [*(f.name for f in trouves), *des_pieces(dossier)]


def des_pieces(dossier: Path) -> list[str]:
    """Return the name of a folder of pièces that holds some."""
    return [dossier.name] if dossier.is_dir() and any(dossier.iterdir()) else []


def manque(adresse: AdresseSqlite) -> bool:
    """Tell whether there is no store, or nothing in its file."""
    return not adresse.chemin.exists() or adresse.chemin.stat().st_size == 0


def exiger_entiere(adresse: AdresseSqlite) -> None:
    """Refuse with StorePerdu a file that ends before its own header says; what a log still holds is no loss."""
    if _a_un_journal(adresse) or not adresse.chemin.is_file():
        return
    with adresse.chemin.open("rb") as flux:
        entete = flux.read(_ENTETE)
    if not entete.startswith(_SIGNATURE):
        return  # it is no base at all: who opens it says so
    page = int.from_bytes(entete[_TAILLE_DE_PAGE], "big")
    attendue = int.from_bytes(entete[_PAGES], "big") * (65536 if page == 1 else page)
    if adresse.chemin.stat().st_size < attendue and not _a_un_journal(adresse):  # another may have opened it since
        raise StorePerdu(str(adresse.chemin), [adresse.chemin.name], "est tronquée")


def _journal(adresse: AdresseSqlite) -> Path:
    return adresse.chemin.with_name(f"{adresse.chemin.name}-wal")


def _a_un_journal(adresse: AdresseSqlite) -> bool:
    return _journal(adresse).exists() and _journal(adresse).stat().st_size > 0


def lier(lire: Lire, s: str, store_id: str, ou: str, *, vide: bool, refaire: bool) -> bool:
    """Write in the coffre whose it is, in the transaction under way; one that is another store's is refused.

    Return whether an empty one takes the place of one that was lost.

    Args:
        lire: runs one statement there; parameters are written `%s`.
        s: what stands before its tables.
        store_id: the store.
        ou: where it is, as it may be shown.
        vide: nothing was ever recorded in it: beside a coffre that served, it is not the one that was.
        refaire: where its coffre is lost, begin an empty one.

    Raises:
        StorePerdu, CoffrePerdu, CoffreEtranger: as said.
    """
    lignes = lire(f"SELECT store, servi FROM {s}appartenance")  # noqa: S608 - constants only, here and below
    if vide and ((lignes and lignes[0][1]) or lire(f"SELECT 1 FROM {s}cles LIMIT 1")):  # noqa: S608
        raise StorePerdu(ou, [UN_COFFRE], "est vide")
    if lignes and lignes[0][0] != store_id:
        raise CoffreEtranger(store_id, lignes[0][0])
    marques = f"SELECT 1 FROM {s}cles UNION ALL SELECT 1 FROM {s}temoin LIMIT 1"  # noqa: S608
    perdu = not vide and not lignes and not lire(marques)  # none: it never was that of any store
    if perdu and not refaire:
        raise CoffrePerdu(ou)
    if not lignes:
        lire(f"INSERT INTO {s}appartenance VALUES (1, %s, 0) RETURNING un", store_id)  # noqa: S608
    return perdu

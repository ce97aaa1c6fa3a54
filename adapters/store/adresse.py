"""Where the store is: `sqlite:///PATH` or `postgresql://…`; and the refusals of a base that cannot serve."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

from kernel.instants import Instant, rfc3339
from kernel.refus import Refus


class BaseIllisible(Refus, code="base_illisible"):
    """The address of the base says nothing we can open."""


class StoreAbsent(Refus, code="store_absent"):
    """The base was never prepared."""


class StoreAMigrer(Refus, code="store_a_migrer"):
    """The base was prepared by an older version, or by a newer one."""


class StoreExistant(Refus, code="store_existant"):
    """A store is made rehearsal at creation or never."""


class StoreReel(Refus, code="store_reel"):
    """The clock of a real store is not ours to set."""


class HorlogeEnArriere(Refus, code="horloge_en_arriere"):
    """The clock of a rehearsal only goes forward."""

    @classmethod
    def depuis(cls, actuelle: Instant, voulue: Instant) -> Self:
        return cls(
            f"L’horloge est au {rfc3339(actuelle)} : elle ne revient pas au {rfc3339(voulue)}.",
            horloge=rfc3339(actuelle),
        )


def non_preparee(base: str) -> StoreAbsent:
    """Return the refusal of an address where no store lies, with the folder in which a path was looked for."""
    adresse = lire_adresse(base)
    ou = str(adresse.chemin.absolute()) if isinstance(adresse, AdresseSqlite) else sans_mot_de_passe(base)
    return StoreAbsent(
        f"Il n’y a pas de base préparée à {ou} : donnez son adresse (--base ou DILIGENCE_BASE), ou lancez diligence migrer.",
        base=ou,
    )


@dataclass(frozen=True, slots=True)
class AdresseSqlite:
    """A store in one file; its coffre, key, locks and pièces are beside it."""

    chemin: Path

    @property
    def coffre(self) -> Path:
        """`x.db` → `x.coffre.db`."""
        return self.chemin.with_name(f"{self.chemin.name.removesuffix('.db')}.coffre.db")

    @property
    def lectures(self) -> Path:
        """`x.db` → `x.lectures.db`."""
        return self.chemin.with_name(f"{self.chemin.name.removesuffix('.db')}.lectures.db")

    @property
    def site(self) -> Path:
        """`x.db` → `x.site.db`."""
        return self.chemin.with_name(f"{self.chemin.name.removesuffix('.db')}.site.db")

    @property
    def cle(self) -> Path:
        """`x.db` → `x.db.cle`, as the outside contract says."""
        return self.chemin.with_name(f"{self.chemin.name}.cle")

    @property
    def fichiers(self) -> Path:
        """`x.db` → `x.db.fichiers`, as the outside contract says."""
        return self.chemin.with_name(f"{self.chemin.name}.fichiers")

    @property
    def verrous(self) -> Path:
        return self.chemin.with_name(f"{self.chemin.name}.verrous")


@dataclass(frozen=True, slots=True)
class AdressePostgres:
    """A store in a PostgreSQL database, by its connection parameters."""

    parametres: Mapping[str, Any]


def lire_adresse(base: str) -> AdresseSqlite | AdressePostgres:
    """Return the address written in DILIGENCE_BASE, or refuse with BaseIllisible."""
    if base.startswith("sqlite:///"):
        chemin = base.removeprefix("sqlite:///")
        if not chemin or chemin == ":memory:":
            raise BaseIllisible("L’adresse sqlite:/// doit nommer un fichier.", base=base)
        return AdresseSqlite(Path(chemin))
    if base.startswith(("postgresql://", "postgres://")):
        import psycopg  # here and below, only with PostgreSQL: a driver of 0.15 s no SQLite command waits for
        from psycopg.conninfo import conninfo_to_dict

        try:
            return AdressePostgres(conninfo_to_dict(base))
        except psycopg.Error as erreur:
            raise BaseIllisible(
                f"L’adresse {sans_mot_de_passe(base)} est mal écrite.", base=sans_mot_de_passe(base)
            ) from erreur
    raise BaseIllisible(
        f"L’adresse « {sans_mot_de_passe(base)} » n’est ni sqlite:///CHEMIN ni postgresql://…",
        base=sans_mot_de_passe(base),
    )


def sans_mot_de_passe(base: str) -> str:
    """Return the address as it may be shown."""
    try:
        parties = urlsplit(base)
        mot_de_passe = parties.password
    except ValueError:
        return base.partition(":")[0] + "://…"
    if not mot_de_passe:
        return base
    return urlunsplit(parties._replace(netloc=parties.netloc.replace(f":{mot_de_passe}@", ":***@")))

"""Attentes: what an aggregate awaits, from whom, since when, until when, on what basis, and what happens then.

One pure function per aggregate lists them from the state alone. The workflow, the reminders, the queue, the overdue list,
the stuck detector and the safety net all read that one list.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from kernel.delais import Echeance, Intervalle, echoir, lire_duree
from kernel.faits import Immuable, Jalon
from kernel.instants import Effet, Instant, jour_de, rfc3339


class Role(StrEnum):
    """A role or a level, never a person; `SYSTEME` is the engine."""

    INSTRUCTEUR = "instructeur"
    RESPONSABLE = "responsable"
    ASSEMBLEES = "assemblees"
    FINANCE = "finance"
    ORDONNATEUR = "ordonnateur"
    AUDITEUR = "auditeur"
    ADMINISTRATEUR = "administrateur"
    PARTENAIRE = "partenaire"
    PORTEUR = "porteur"
    SYSTEME = "SYSTEME"


class Nature(StrEnum):
    """Where a delay comes from: law, a règlement's parameter, or mere usage."""

    LOI = "loi"
    REGLEMENT = "reglement"
    USAGE = "usage"


class Public(StrEnum):
    """Whom a rule is made for: everybody, or all but the legal persons of public law (CRPA L100-3)."""

    TOUS = "tous"
    DROIT_PRIVE = "droit_prive"


class Delai(Immuable):
    """The row of a clock, carried by the fact that starts it: tomorrow's law must not move yesterday's échéance.

    `a_confirmer` says what of the row a juriste must still settle, blank when nothing: `fondement` shows it.
    """

    code: str
    duree: str
    source: str
    nature: Nature
    source_suspension: str = ""
    public: Public = Public.TOUS
    a_confirmer: str = ""

    @property
    def fondement(self) -> str:
        """Return its text for people, with what is to be confirmed of it."""
        return f"{self.source} (à confirmer : {self.a_confirmer})" if self.a_confirmer else self.source

    def echoir(
        self,
        depuis: Effet,
        suspensions: Iterable[Intervalle] = (),
        interruptions: Iterable[Intervalle] = (),
        *,
        report: bool = False,
    ) -> Echeance:
        """Count it, each step with its text: whoever shows a date and whoever explains it read this."""
        return echoir(
            depuis,
            lire_duree(self.duree),
            suspensions,
            interruptions,
            report=report,
            source=self.fondement,
            source_suspension=self.source_suspension,
        )


class Cle(NamedTuple):
    """What makes an attente the same from one reading to the next; `ouverte_par` is the version of the opening fact."""

    code: str
    objet: str
    ouverte_par: int


@dataclass(frozen=True, slots=True)
class Rappel:
    """A reminder or an escalation before the échéance, of growing rank."""

    instant: Instant
    automatisme: str
    rang: int


@dataclass(frozen=True, slots=True)
class GesteAttendu:
    """A geste that would be accepted now, of the role that is awaited: "dossier viser", and on which aggregate.

    `ref` is its number, empty when the geste makes it. `reversible`: another geste undoes it while nothing rests on it.
    """

    nom: str
    ref: str
    reversible: bool = False

    def en_json(self) -> dict[str, Any]:
        """Return the document of the outside contract."""
        return {"geste": self.nom, "ref": self.ref or None, "reversible": self.reversible}


@dataclass(frozen=True, slots=True)
class Renvoi:
    """The aggregate where the geste is done, when two await one act; `objet` says which of its attentes, if it has many."""

    agregat: str
    id: UUID
    objet: str = ""

    def vise(self, attente: "Attente") -> bool:
        """Tell whether an attente of that aggregate is about the same act."""
        return not self.objet or attente.cle.objet in {"", self.objet}

    def en_json(self) -> dict[str, Any]:
        """Return the document of the outside contract."""
        return {"agregat": self.agregat, "id": str(self.id)}


@dataclass(frozen=True, slots=True)
class Attente:
    """What is awaited: from whom, since when, until when, on what basis, and what the engine does then.

    `gestes` are those of `de`, the usual next step first; empty when the engine must act, or when `renvoie_a` says
    where the geste is done. `habituelle` is a usage of the product, not law: beyond it, it is shown as stuck.
    `pas_avant`: the day its gestes are done on, and not before; None when they would be accepted now.
    """

    cle: Cle
    de: Role
    depuis: Instant
    fondement: str
    nature: Nature = Nature.USAGE
    echeance: Instant | None = None
    automatisme: str | None = None
    gestes: tuple[GesteAttendu, ...] = ()
    renvoie_a: Renvoi | None = None
    rappels: tuple[Rappel, ...] = ()
    suspensions: tuple[Intervalle, ...] = ()
    habituelle: timedelta | None = None
    pas_avant: date | None = None

    @classmethod
    def du_moteur(
        cls,
        code: str,
        jalon: Jalon,
        automatisme: str,
        fondement: str,
        *,
        objet: str = "",
        nature: Nature = Nature.USAGE,
    ) -> "Attente":
        """Return what the engine itself owes, due at once: its instant is that of the fact that opened it."""
        return cls(
            Cle(code, objet, jalon.version),
            de=Role.SYSTEME,
            depuis=jalon.depuis,
            echeance=jalon.depuis,
            automatisme=automatisme,
            fondement=fondement,
            nature=nature,
        )

    def retard_jours(self, au: Instant) -> int:
        """Return how many civil days (Paris) the échéance is past at that instant; 0 when it is not."""
        if self.echeance is None or self.echeance >= au:
            return 0
        juste_avant = timedelta(microseconds=1)  # 24:00 belongs to the day it ends
        return max(0, (jour_de(au - juste_avant) - jour_de(self.echeance - juste_avant)).days)

    def en_json(self, au: Instant) -> dict[str, Any]:
        """Return the document of the outside contract, late days being counted `au`."""
        return {
            "code": self.cle.code,
            "objet": self.cle.objet,
            "ouverte_par": self.cle.ouverte_par,
            "de": self.de.value,
            "depuis": rfc3339(self.depuis),
            "echeance": None if self.echeance is None else rfc3339(self.echeance),
            "rappels": [{"instant": rfc3339(r.instant), "rang": r.rang} for r in self.rappels],
            "automatisme": self.automatisme,
            "gestes": [geste.en_json() for geste in self.gestes],
            "renvoie_a": None if self.renvoie_a is None else self.renvoie_a.en_json(),
            "nature": self.nature.value,
            "fondement": self.fondement,
            "suspensions": [{"du": s.du.isoformat(), "au": s.au.isoformat()} for s in self.suspensions],
            "retard_jours": self.retard_jours(au),
            "pas_avant": None if self.pas_avant is None else self.pas_avant.isoformat(),
        }


@dataclass(frozen=True, slots=True, order=True)
class Du:
    """An automatisme due at an instant: what makes its command id, whoever drives it."""

    instant: Instant
    automatisme: str
    code: str
    objet: str
    ouverte_par: int


def instants(attente: Attente) -> Iterable[Du]:
    """Yield every instant at which the engine has something to do for an attente."""
    if attente.echeance is not None and attente.automatisme is not None:
        yield Du(attente.echeance, attente.automatisme, *attente.cle)
    for rappel in attente.rappels:
        yield Du(rappel.instant, rappel.automatisme, *attente.cle)


def dus(attentes: Iterable[Attente], au: Instant) -> list[Du]:
    """Return what the engine must do at that instant, in order."""
    return sorted(du for attente in attentes for du in instants(attente) if du.instant <= au)

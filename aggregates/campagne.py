"""One call of one dispositif for one year, under one version of its règlement: what it allows, until it is closed."""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from dispositifs.reglement import Reglement
from kernel.agregat import Agregat
from kernel.attentes import Attente, Cle, Nature, Role
from kernel.faits import Entete, Fait, Noms
from kernel.instants import PARIS, Effet, Instant, debut_de, est_avant, fin_de_jour, instant_de, jour_de
from kernel.refus import Refus


class FaitCampagne(Fait["Campagne"]):
    """A fact of a campagne."""


class CampagneOuverte(FaitCampagne, topic="campagne.ouverte.v1"):
    """A campagne is open under a version of its règlement, copied here whole: each value with its date and source."""

    ref: str
    dispositif: str
    exercice: int
    nature: str
    ouvre_le: date | None
    ferme_le: date | None
    fil_rouge: str | None
    reglement_ref: str | None
    reglement: dict[str, Any] | None
    ouvre_a: str | None = None
    ferme_a: str | None = None

    @property
    def ouverture(self) -> Effet | None:
        """Return when it opens: its day, or an instant when it says the second (Europe/Paris)."""
        return _a_l_heure(self.ouvre_le, self.ouvre_a)

    @property
    def fermeture(self) -> Effet | None:
        """Return when it closes, likewise."""
        return _a_l_heure(self.ferme_le, self.ferme_a)

    @cached_property
    def version(self) -> Reglement | None:
        """Return the règlement it keeps, read once."""
        return None if self.reglement is None else Reglement.relire(self.reglement)

    def appliquer(self, agregat: "Campagne", entete: Entete) -> None:
        agregat.ouverte = self
        agregat.depuis = debut_de(entete.effectif_le)

    def phrase(self, noms: Noms) -> str:
        if self.nature == "reprise":
            return f"Campagne {self.ref} ouverte pour reprendre ce qui a commencé ailleurs, sans règlement."
        dates = f"du {_dire(self.ouvre_le, self.ouvre_a)} au {_dire(self.ferme_le, self.ferme_a)}"
        return f"Campagne {self.ref} ouverte sous le règlement {noms.reglement(self.reglement_ref or '')}, {dates}."


class ReglementRevise(FaitCampagne, topic="campagne.reglement_revise.v1"):
    """Another version of the règlement, from a day on: for the dossiers filed, or declared complete, since that day."""

    reglement_ref: str
    reglement: dict[str, Any]
    portee: str

    def appliquer(self, agregat: "Campagne", entete: Entete) -> None:
        agregat.revisions.append((jour_de(entete.effectif_le), self))

    def phrase(self, noms: Noms) -> str:
        portee = {"deposes": "déposés", "completes": "déclarés complets"}.get(self.portee, self.portee)
        return f"Règlement révisé, {noms.reglement(self.reglement_ref)} : il vaut pour les dossiers {portee} depuis."


def _a_l_heure(jour: date | None, heure: str | None) -> Effet | None:
    if jour is None or heure is None:
        return jour
    return datetime.combine(jour, time.fromisoformat(heure), PARIS).astimezone(UTC)


def _dire(jour: date | None, heure: str | None) -> str:
    return f"{jour:%d/%m/%Y}{f' à {heure}' if heure else ''}"


class CampagneClose(FaitCampagne, topic="campagne.close.v1"):
    """No dossier may be filed any more."""

    def appliquer(self, agregat: "Campagne", entete: Entete) -> None:
        agregat.close_le = debut_de(entete.effectif_le)

    def phrase(self, noms: Noms) -> str:
        return "Campagne close."


class DuaFixee(FaitCampagne, topic="campagne.dua_fixee.v1", reveille=False):
    """The durée d’utilité administrative of its dossiers, from a day on; the text that sets it is in the coffre."""

    duree: str
    source: UUID

    def appliquer(self, agregat: "Campagne", entete: Entete) -> None:
        agregat.duas.append((jour_de(entete.effectif_le), self.duree))

    def phrase(self, noms: Noms) -> str:
        return f"Durée d’utilité administrative des dossiers : {self.duree} ({noms.texte(self.source)})."


class ServiceDeclare(FaitCampagne, topic="campagne.service_declare.v1", reveille=False):
    """Which service answers for its dossiers, and how it is reached: one text of the coffre, printed on what it sends."""

    service: UUID

    def appliquer(self, agregat: "Campagne", entete: Entete) -> None:
        agregat.service = self.service

    def phrase(self, noms: Noms) -> str:
        return "Service chargé des dossiers et ses coordonnées déclarés : ils figurent sur ses courriers."


class CampagneFermee(Refus, code="campagne_fermee"):
    """The campagne takes no request."""


@dataclass(eq=False)
class Campagne(Agregat):
    """One call of one dispositif; kind `reprise` has no règlement and no dates."""

    nom: ClassVar[str] = "campagne"
    ouverte: CampagneOuverte | None = None
    depuis: Instant | None = None
    close_le: Instant | None = None
    duas: list[tuple[date, str]] = field(default_factory=list)
    service: UUID | None = None
    revisions: list[tuple[date, ReglementRevise]] = field(default_factory=list)

    @property
    def ref(self) -> str:
        """Return the code, such as NQE-2026."""
        return self.ouverte.ref if self.ouverte else ""

    @property
    def origine(self) -> tuple[str, Effet] | None:
        """Return the day it opens: its closing does not come before."""
        if self.ouverte is None or self.ouverte.ouvre_le is None:
            return None
        return "l’ouverture de la campagne", self.ouverte.ouvre_le

    @property
    def est_reprise(self) -> bool:
        """Tell whether it only takes over what began elsewhere."""
        return self.ouverte is not None and self.ouverte.nature == "reprise"

    @property
    def reglement(self) -> Reglement | None:
        """Return the version under which it is open."""
        return None if self.ouverte is None else self.ouverte.version

    def ouvrir(self, ouverte: CampagneOuverte) -> None:
        """Open it; the same content again is silent, another is refused with DejaFait."""
        if self.ouverte is not None:
            if self.ouverte == ouverte:
                return self.redire(CampagneOuverte)
            raise CampagneOuverte.deja(f"La campagne {self.ouverte.ref} est déjà ouverte avec un autre contenu.")
        self.survient(ouverte)

    def reviser(self, revise: ReglementRevise) -> None:
        """Give another version of its règlement, or refuse with GesteImpossible (not open, no règlement) or DejaFait (not a newer one).

        The same again is silent.
        """
        if self.ouverte is None or self.reglement is None or self.close_le is not None:
            raise self.impossible("reviser", "cette campagne n’est pas ouverte sous un règlement")
        if any(connue == revise for _, connue in self.revisions):
            return self.redire(ReglementRevise, reglement_ref=revise.reglement_ref)
        connues = {self.reglement.version} | {Reglement.relire(r.reglement).version for _, r in self.revisions}
        if Reglement.relire(revise.reglement).version <= max(connues):
            raise ReglementRevise.deja(
                f"La version {max(connues)} du règlement est déjà connue : une révision est plus récente."
            )
        self.survient(revise)

    def selon(self, fige: str | None, depose_le: date | None, jour: date) -> "Campagne":
        """Return it under the version of its règlement that applies to one dossier.

        Args:
            fige: the version that the complétude froze; it holds whatever came since.
            depose_le: the day of its dépôt; None for one that is being filed.
            jour: the day of what is decided.
        """
        if self.ouverte is None or not self.revisions or fige == self.ouverte.reglement_ref:
            return self
        applicables = [r for _, r in self.revisions if r.reglement_ref == fige]
        if fige is None:
            depuis = {"deposes": depose_le or jour, "completes": jour}
            tries = sorted(self.revisions, key=lambda revision: revision[0])
            applicables = [r for du, r in tries if du <= depuis[r.portee]]
        if not applicables:
            return self
        autre = copy(self)
        version = {"reglement_ref": applicables[-1].reglement_ref, "reglement": applicables[-1].reglement}
        autre.ouverte = CampagneOuverte(**(self.ouverte.model_dump() | version))
        return autre

    def clore(self) -> None:
        """Close it, or refuse with GesteImpossible when it was never opened; repeating it is silent."""
        if self.ouverte is None:
            raise self.impossible("clore", "cette campagne n’est pas ouverte", etat="preparee")
        if self.close_le is not None:
            return self.redire(CampagneClose)
        self.survient(CampagneClose())

    def fixer_dua(self, duree: str, source: UUID) -> None:
        """Say how long its dossiers are kept once closed, or refuse with GesteImpossible when it was never opened.

        The same again is silent; another from the same day on replaces it.
        """
        if self.ouverte is None:
            raise self.impossible("fixer-dua", "cette campagne n’est pas ouverte", etat="preparee")
        if self.effet_de(DuaFixee, duree=duree, source=source) is not None:
            return self.redire(DuaFixee, duree=duree, source=source)
        self.survient(DuaFixee(duree=duree, source=source))

    def dua_au(self, jour: date) -> str | None:
        """Return the durée d’utilité administrative in force on a day, None when nobody entered it."""
        return max(
            (dua for dua in reversed(self.duas) if dua[0] <= jour), key=lambda dua: dua[0], default=(jour, None)
        )[1]

    def declarer_service(self, service: UUID) -> None:
        """Say which service answers for its dossiers, or refuse with GesteImpossible before its opening; the same is silent."""
        if self.ouverte is None:
            raise self.impossible("declarer-service", "cette campagne n’est pas ouverte", etat="preparee")
        if self.service == service:
            return self.redire(ServiceDeclare, service=service)
        self.survient(ServiceDeclare(service=service))

    def motif_d_envoi(self, envoye: Effet) -> str | None:
        """Return what is to be said against a request sent then: before the opening, or late; None within its days.

        What counts is when it was sent (CRPA L112-1): one sent before the closing may be received, and recorded, after.
        Refuse with CampagneFermee what no request can be filed under: it never opened, or only takes over.
        """
        ouverte = self.ouverte
        ouverture, fermeture = (None, None) if ouverte is None else (ouverte.ouverture, ouverte.fermeture)
        if self.est_reprise or ouverture is None or fermeture is None:
            raise CampagneFermee(f"La campagne {self.ref} ne reçoit pas de dépôt.", campagne=self.ref)
        if est_avant(envoye, ouverture):
            return "avant_l_ouverture"
        tardif = envoye >= fermeture if _instants(envoye, fermeture) else est_avant(fermeture, envoye)
        return "tardif" if tardif or self._close_a(envoye) else None

    def _close_a(self, effet: Effet) -> bool:
        """Tell whether it was closed then: a day is before the closing when the whole of it is."""
        if self.close_le is None:
            return False
        return effet >= self.close_le if isinstance(effet, datetime) else fin_de_jour(effet) > self.close_le


def _instants(*effets: Effet) -> bool:
    return all(isinstance(effet, datetime) for effet in effets)


def attentes(campagne: Campagne) -> Iterator[Attente]:
    """Yield the closing, awaited of an administrateur."""
    ouverte = campagne.ouverte
    if ouverte is not None and campagne.depuis is not None and campagne.close_le is None:
        yield Attente(
            Cle("cloture", "", 1),
            de=Role.ADMINISTRATEUR,
            depuis=campagne.depuis,
            echeance=None if ouverte.fermeture is None else instant_de(ouverte.fermeture),
            gestes=campagne.a_faire("clore"),
            nature=Nature.REGLEMENT if ouverte.ferme_le else Nature.USAGE,
            fondement=ouverte.reglement_ref or "reprise",
        )

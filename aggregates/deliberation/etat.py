"""The state of a délibération: what its facts have set, and nothing else. Chapters decide and await from it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from aggregates.dossier.etat import Cause
from kernel.agregat import Agregat
from kernel.faits import Fait, Immuable, Jalon
from kernel.identifiants import ReferenceInconnue
from kernel.instants import Effet
from kernel.refus import Refus


class Etat(StrEnum):
    """Where a délibération stands; a vote belongs to a line, the number to the whole."""

    A_PREPARER = "a_preparer"
    PREPAREE = "preparee"
    VOTEE = "votee"
    NUMEROTEE = "numerotee"
    TRANSMISE = "transmise"
    EXECUTOIRE = "executoire"
    PORTEE = "portee"


class Resultat(StrEnum):
    """What the assembly did of a line. An adjourned one was withdrawn from the agenda: no act exists."""

    ADOPTEE = "adoptee"
    REJETEE = "rejetee"
    AJOURNEE = "ajournee"


class LigneInconnue(Refus, code="ligne_inconnue"):
    """No such line in this rapport."""


class NatureDeLigne(StrEnum):
    """What a line puts to the vote."""

    ATTRIBUTION = "attribution"
    REJET = "rejet"


class LigneRapport(Immuable):
    """One line of the rapport, as it is put to the assembly: who, what for, how much, on which credits.

    A rejet has its cause, no amount and no enveloppe. `derogation` is the act that allows more than the règlement gives.
    """

    ligne: int
    dossier: UUID
    ref: str
    denomination: str
    objet: str
    tiers: UUID | None
    campagne: str
    enveloppe: str
    montant_demande_centimes: int | None
    montant_propose_centimes: int
    nature: NatureDeLigne = NatureDeLigne.ATTRIBUTION
    cause: Cause | None = None
    derogation: UUID | None = None


class LigneRefusee(Immuable):
    """A line another aggregate refused, and the code of its refusal."""

    ligne: int
    code: str


@dataclass(frozen=True, slots=True)
class EtatLigne:
    """A line: on the agenda, voted, carried; or refused by its dossier, then set aside by a person."""

    rapport: LigneRapport
    inscrite: bool = False
    resultat: Resultat | None = None
    vote: int = 0
    vote_le: date | None = None
    vote_centimes: int = 0
    annoncee: bool = False
    portee: bool = False
    refus: str | None = None
    refusee_par: Jalon | None = None
    ecartee: bool = False
    ecartee_motif: UUID | None = None

    @property
    def attribue(self) -> bool:
        """Tell whether the vote gives money."""
        return self.resultat is Resultat.ADOPTEE and self.vote_centimes > 0

    @property
    def votee(self) -> bool:
        """Tell whether the assembly decided: an act exists for this line."""
        return self.resultat in {Resultat.ADOPTEE, Resultat.REJETEE}


@dataclass(eq=False)
class EtatDeliberation(Agregat):
    """One rapport. `passe` is what opened the pass of the engine under way, for its lines or for the credits."""

    nom: ClassVar[str] = "deliberation"
    ref: str = ""
    seance: UUID | None = None
    jour: date | None = None
    preparee: Jalon | None = None
    lignes: dict[int, EtatLigne] = field(default_factory=dict)
    passe_inscription: Jalon | None = None
    votes: dict[int, Fait[Any]] = field(default_factory=dict)
    dernier_vote: Jalon | None = None
    numero_demande: Jalon | None = None
    annee: int = 0
    numero: str | None = None
    numerotee: Jalon | None = None
    flux: str | None = None
    transmise: Jalon | None = None
    executoire: Jalon | None = None
    executoire_le: date | None = None
    passe_decisions: Jalon | None = None
    passe_credits: Jalon | None = None
    engages: dict[str, int] = field(default_factory=dict)
    engagements_refuses: dict[str, tuple[str, Jalon]] = field(default_factory=dict)

    def changer(self, lignes: Iterable[int], **champs: Any) -> None:
        """Set the same fields of several lines, from a fact."""
        for ligne in self.lignes.keys() & set(lignes):  # at a past date, the rapport itself may be left out
            self.lignes[ligne] = replace(self.lignes[ligne], **champs)

    @property
    def origine(self) -> tuple[str, Effet] | None:
        """Return when the rapport was prepared: nothing of it comes before."""
        return ("la préparation du rapport", self.premier_effet) if self.existe else None

    @property
    def vote_le(self) -> date | None:
        """Return the day of the last vote, None when no line was voted."""
        return max((ligne.vote_le for ligne in self.lignes.values() if ligne.vote_le is not None), default=None)

    @property
    def a_inscrire(self) -> list[EtatLigne]:
        """Return the lines whose dossier was not yet told it is on the agenda."""
        return [x for x in self.lignes.values() if not x.inscrite and x.refus is None]

    @property
    def a_voter(self) -> list[EtatLigne]:
        """Return the lines on the agenda that the assembly has not decided."""
        return [x for x in self.lignes.values() if x.inscrite and x.resultat is None]

    @property
    def a_ecarter(self) -> list[EtatLigne]:
        """Return the lines another aggregate refused, that a person has not set aside yet."""
        return [x for x in self.lignes.values() if x.refus is not None and not x.ecartee]

    @property
    def a_porter(self) -> list[EtatLigne]:
        """Return the lines whose dossier must be told something.

        Adjourned, at once; voted, once the assembly has decided them all, then again when the act is exécutoire.
        """
        annonce = self.tranchee
        return [
            x
            for x in self.lignes.values()
            if not x.portee
            and x.refus is None
            and (
                x.resultat is Resultat.AJOURNEE
                or (x.votee and (self.executoire is not None or (annonce and not x.annoncee)))
            )
        ]

    @property
    def attributions(self) -> dict[str, list[EtatLigne]]:
        """Return the carried awards by enveloppe, once every line of an act in force is carried."""
        par_enveloppe: dict[str, list[EtatLigne]] = {}
        if self.executoire is not None and not self.a_porter:
            for ligne in self.lignes.values():
                if ligne.portee and ligne.attribue:
                    par_enveloppe.setdefault(ligne.rapport.enveloppe, []).append(ligne)
        return par_enveloppe

    @property
    def a_engager(self) -> dict[str, list[EtatLigne]]:
        """Return those whose credits were neither engaged nor refused."""
        faits = self.engages.keys() | self.engagements_refuses.keys()
        return {enveloppe: lignes for enveloppe, lignes in self.attributions.items() if enveloppe not in faits}

    @property
    def tranchee(self) -> bool:
        """Tell whether nothing is left for the assembly to decide."""
        return bool(self.lignes) and not self.a_inscrire and not self.a_voter

    @property
    def est_un_acte(self) -> bool:
        """Tell whether at least one line was voted: otherwise there is nothing to number, transmit or carry."""
        return any(ligne.votee for ligne in self.lignes.values())

    @property
    def clos(self) -> bool:
        """Tell whether everything the assembly decided was carried."""
        if not self.tranchee or self.a_ecarter or self.a_porter:
            return False
        if not self.est_un_acte:
            return True
        return self.executoire is not None and not self.a_engager and not self.engagements_refuses

    @property
    def etat(self) -> Etat:
        """Return where it stands."""
        etapes = (
            (self.preparee is None, Etat.A_PREPARER),
            (self.clos, Etat.PORTEE),
            (self.executoire is not None, Etat.EXECUTOIRE),
            (self.transmise is not None, Etat.TRANSMISE),
            (self.numero is not None, Etat.NUMEROTEE),
            (self.tranchee, Etat.VOTEE),
        )
        return next((etat for atteint, etat in etapes if atteint), Etat.PREPAREE)

    def exiger_preparee(self) -> None:
        """Refuse with ReferenceInconnue before a rapport is put to a sitting."""
        if self.jour is None:
            raise ReferenceInconnue("Cette délibération n’est pas préparée.")

    def ligne(self, numero: int) -> EtatLigne:
        """Return a line, or refuse with LigneInconnue."""
        connue = self.lignes.get(numero)
        if connue is None:
            raise LigneInconnue(f"Le rapport {self.ref} n’a pas de ligne {numero}.", ligne=numero)
        return connue


class FaitDeliberation(Fait["EtatDeliberation"]):
    """A fact of a délibération."""

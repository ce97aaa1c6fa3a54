"""Do the aggregates agree with one another, and was each act done by who could? What no aggregate can see alone.

The chain (adapters/store) tells that bytes are those that were stored; this tells that what they say holds together,
whoever wrote them and however. Each stream is read and decoded once, in bounded memory; nothing is written.
"""

import json
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple, cast
from uuid import UUID

from aggregates.agents import Agent
from aggregates.bordereau import Bordereau, BordereauSigne
from aggregates.deliberation import Deliberation
from aggregates.subvention import Subvention
from aggregates.subvention.liquidation import EcheanceLiquidee
from aggregates.tiers import CoordonneesDeclarees, CoordonneesValidees
from application.habilitations import AMORCAGE, id_agent
from application.ports import Constat, EvenementStocke, GenreDeConstat, TexteAltere
from application.services import Services
from kernel.agregat import plier
from kernel.attentes import Role
from kernel.faits import Inscription
from kernel.identifiants import SYSTEME
from kernel.illisible import FaitIllisible, Illisible
from kernel.instants import Instant
from kernel.montants import en_euros

AU_MEME_INSTANT: Final = timedelta(minutes=1)
"""A right is checked just before its act is stored: what changed so little time before may not have been seen."""
_GARDES: Final = 2_048
"""Délibérations, tiers and subventions kept at hand; beyond, one is read again."""


@dataclass(frozen=True, slots=True)
class Carriere:
    """An agent after each of its facts: `positions[i]` is that of the fact after which `etats[i]` stands."""

    positions: list[int]
    instants: list[Instant]
    etats: list[Agent]

    def a_eu(self, condition: Callable[[Agent, Instant], bool], position: int, a: Instant) -> bool:
        """Tell whether it was so of the agent when a fact of that position was recorded, or just before."""
        for rang in range(bisect_left(self.positions, position) - 1, -1, -1):
            etat = self.etats[rang]
            if condition(etat, a) or condition(etat, a - AU_MEME_INSTANT):
                return True
            if self.instants[rang] < a - AU_MEME_INSTANT:
                return False
        return False


class Validees(NamedTuple):
    """When bank details were first validated, and what tells their IBAN without telling it."""

    position: int
    empreinte_iban: str


class Invariants:
    """Reads every stream of a store once, up to a position."""

    def __init__(self, services: Services, jusqu_a: int) -> None:
        self.services, self.jusqu_a, self.lus = services, jusqu_a, 0
        premier = next(iter(services.store.enregistreur.lire_depuis(0, 1)), None)
        self._lire = cast("Callable[[EvenementStocke], Inscription]", services.store.application.mapper.to_domain_event)
        self._premiere = 0 if premier is None else premier.position
        self._carriere = lru_cache(_GARDES)(self._lire_carriere)
        self._votes = lru_cache(_GARDES)(self._lire_votes)
        self._validees = lru_cache(_GARDES)(self._lire_validees)
        self._liquidees = lru_cache(_GARDES)(self._lire_liquidees)

    def constats(self) -> Iterator[Constat]:
        """Yield what does not hold, stream by stream."""
        for identifiant, flux in self.services.store.enregistreur.lire_flux_par_flux(self.jusqu_a):
            self.lus += len(flux)
            inscriptions = [self._lire(evenement) for evenement in flux]
            try:
                yield from self._d_un_flux(identifiant, flux, inscriptions)
            except FaitIllisible as refus:  # of this aggregate, or of another it names
                yield Constat("fait_illisible", refus.message, **refus.champs)

    def _d_un_flux(
        self, identifiant: UUID, flux: Sequence[EvenementStocke], inscriptions: list[Inscription]
    ) -> Iterator[Constat]:
        illisible: FaitIllisible | None = None
        for stocke, inscription in zip(flux, inscriptions, strict=True):
            entete, fait = inscription.entete, cast(object, inscription.fait)
            if (entete.id, entete.version) != (identifiant, stocke.originator_version):
                phrase = f"Le fait {_designer(inscription)} dit être la version {entete.version} de {entete.id}."
                yield _constat("entete_differente", phrase, inscription)
            if not isinstance(fait, Illisible) and not self._habilite(inscription):
                phrase = (
                    f"Le fait {_designer(inscription)} est de « {entete.acteur} », qui n’avait pas alors "
                    f"l’habilitation « {entete.habilitation} »."
                )
                yield _constat("habilitation_absente", phrase, inscription)
            if isinstance(fait, Illisible):
                illisible = FaitIllisible.de(entete, fait.topic, fait.pourquoi)
        if illisible is not None:
            raise illisible
        verifier = {"subvention": self._subvention, "bordereau": self._bordereau}.get(inscriptions[0].entete.agregat)
        if verifier is not None:
            yield from verifier(identifiant, inscriptions)

    # who acted

    def _habilite(self, inscription: Inscription) -> bool:
        entete, droit = inscription.entete, inscription.entete.habilitation or ""
        if entete.acteur == SYSTEME or droit == Role.SYSTEME.value:
            return (entete.acteur, droit) == (SYSTEME, Role.SYSTEME.value)
        assert inscription.position is not None
        assert inscription.enregistre_le is not None
        if droit == AMORCAGE:
            return inscription.position == self._premiere
        return self._tenait(entete.auteurs, droit, inscription.position, inscription.enregistre_le)

    def _tenait(self, auteurs: tuple[str, ...], droit: str, position: int, a: Instant) -> bool:
        """Tell whether the acteur held a right then, itself or by the absence of another that held it."""
        acteur, *absents = auteurs
        if not absents:
            return self._carriere(acteur).a_eu(lambda agent, quand: droit in agent.roles(quand), position, a)
        role = droit.partition(" ")[0]
        return self._carriere(absents[0]).a_eu(lambda agent, quand: role in agent.confies(acteur, quand), position, a)

    def _lire_carriere(self, login: str) -> Carriere:
        identifiant = id_agent(login)
        carriere, connues = Carriere([], [], []), []
        for inscription in self._flux(identifiant):
            assert inscription.position is not None
            assert inscription.enregistre_le is not None
            connues.append(inscription)
            carriere.positions.append(inscription.position)
            carriere.instants.append(inscription.enregistre_le)
            carriere.etats.append(plier(Agent, identifiant, connues))
        return carriere

    # what is owed, and to whom

    def _subvention(self, identifiant: UUID, inscriptions: list[Inscription]) -> Iterator[Constat]:
        subvention = plier(Subvention, identifiant, inscriptions)
        derniere = inscriptions[-1]
        if subvention.liquide_centimes > subvention.vote_centimes:
            phrase = (
                f"{en_euros(subvention.liquide_centimes)} sont liquidés sur la subvention {subvention.ref}, "
                f"votée pour {en_euros(subvention.vote_centimes)}."
            )
            yield _constat("liquide_au_dela_du_vote", phrase, derniere, ref=subvention.ref)
        if subvention.deliberation is not None:
            vote = self._votes(subvention.deliberation).get(subvention.dossier, 0)
            if subvention.vote_centimes != vote:
                phrase = (
                    f"La subvention {subvention.ref} est de {en_euros(subvention.vote_centimes)} ; "
                    f"sa délibération l’a votée pour {en_euros(vote)}."
                )
                yield _constat("vote_different", phrase, inscriptions[0], ref=subvention.ref)
        beneficiaires = self._beneficiaires(subvention)
        for inscription in inscriptions:
            if isinstance(inscription.fait, EcheanceLiquidee):
                yield from self._coordonnees(subvention, beneficiaires, inscription, inscription.fait)

    def _beneficiaires(self, subvention: Subvention) -> tuple[UUID, ...]:
        """Return the tiers it is paid to: its own, else those its dossier has had."""
        if subvention.tiers is not None or subvention.dossier is None:
            return () if subvention.tiers is None else (subvention.tiers,)
        if not subvention.paiements and not subvention.rejets:
            return ()
        dits = (getattr(i.fait, "tiers", None) for i in self._flux(subvention.dossier))
        return tuple(dit for dit in dits if isinstance(dit, UUID))

    def _coordonnees(
        self, subvention: Subvention, tiers: tuple[UUID, ...], inscription: Inscription, fait: EcheanceLiquidee
    ) -> Iterator[Constat]:
        assert inscription.position is not None
        ou = f"L’échéance {fait.echeance} de la subvention {subvention.ref} est liquidée sur des coordonnées bancaires"
        for beneficiaire in tiers:
            validees = self._validees(beneficiaire).get(fait.coordonnees)
            if validees is not None and validees.position < inscription.position:
                if not self._gardees(fait.coordonnees, beneficiaire, validees.empreinte_iban):
                    phrase = f"{ou} que le coffre garde pour un autre, ou qui n’y sont plus celles qui furent validées."
                    yield _constat("coordonnees_d_un_autre", phrase, inscription, ref=subvention.ref)
                return
        phrase = f"{ou} que personne n’avait validées pour son bénéficiaire."
        yield _constat("coordonnees_non_validees", phrase, inscription, ref=subvention.ref)

    def _gardees(self, coordonnees: UUID, tiers: UUID, empreinte_iban: str) -> bool:
        """Tell whether the coffre keeps, of that tiers, the IBAN that was validated; or nothing: it was forgotten."""
        coffre = self.services.coffre
        try:
            texte = coffre.lire(coordonnees)
        except TexteAltere:
            return False
        if texte is None:
            return True
        return coffre.sujet(coordonnees) == tiers and coffre.empreinte(json.loads(texte)["iban"]) == empreinte_iban

    def _bordereau(self, identifiant: UUID, inscriptions: list[Inscription]) -> Iterator[Constat]:
        bordereau = plier(Bordereau, identifiant, inscriptions)
        for ligne in bordereau.lignes.values():
            liquide = self._liquidees(ligne.subvention).get((ligne.echeance, ligne.tentative))
            if liquide != (ligne.montant_centimes, ligne.liquidee_par):
                phrase = (
                    f"Le bordereau {bordereau.ref} ordonne {en_euros(ligne.montant_centimes)} pour l’échéance "
                    f"{ligne.echeance} de la subvention {ligne.subvention} : ce n’est pas ce qui est liquidé."
                )
                yield _constat("ligne_differente", phrase, inscriptions[-1], ref=bordereau.ref)
        for inscription in inscriptions:
            signe = inscription.fait
            if isinstance(signe, BordereauSigne) and signe.total_centimes != bordereau.total_centimes:
                phrase = (
                    f"Le bordereau {bordereau.ref} est signé pour {en_euros(signe.total_centimes)} ; "
                    f"ses lignes font {en_euros(bordereau.total_centimes)}."
                )
                yield _constat("total_different", phrase, inscription, ref=bordereau.ref)

    # the other aggregates, read when one is named

    def _flux(self, identifiant: UUID) -> list[Inscription]:
        """Read a stream as it is stored: what the process kept of it in memory proves nothing."""
        return [self._lire(evenement) for evenement in self.services.store.enregistreur.lire_ces_flux([identifiant])]

    def _lire_votes(self, deliberation_id: UUID) -> dict[UUID | None, int]:
        """Return what a délibération voted for each dossier, in cents."""
        lignes = plier(Deliberation, deliberation_id, self._flux(deliberation_id)).lignes.values()
        return {ligne.rapport.dossier: ligne.vote_centimes for ligne in lignes if ligne.attribue}

    def _lire_validees(self, tiers_id: UUID) -> dict[UUID, Validees]:
        """Return the bank details validated for a tiers, by their id in the coffre."""
        declarees: dict[UUID, str] = {}
        validees: dict[UUID, Validees] = {}
        for inscription in self._flux(tiers_id):
            fait = inscription.fait
            if isinstance(fait, CoordonneesDeclarees):
                declarees[fait.coordonnees] = fait.empreinte_iban
            elif isinstance(fait, CoordonneesValidees) and inscription.position is not None:
                validees.setdefault(
                    fait.coordonnees, Validees(inscription.position, declarees.get(fait.coordonnees, ""))
                )
        return validees

    def _lire_liquidees(self, subvention_id: UUID) -> dict[tuple[int, int], tuple[int, str]]:
        """Return what was reckoned last for each attempt of a subvention: the amount, and by whom."""
        return {
            (fait.echeance, fait.tentative): (fait.montant_centimes, inscription.entete.acteur)
            for inscription in self._flux(subvention_id)
            if isinstance(fait := inscription.fait, EcheanceLiquidee)
        }


def _constat(genre: GenreDeConstat, phrase: str, inscription: Inscription, **champs: Any) -> Constat:
    lieu = {"position": inscription.position, "agregat": str(inscription.entete.id), "fait": inscription.fait.topic}
    return Constat(genre, phrase, **lieu, version=inscription.entete.version, **champs)


def _designer(inscription: Inscription) -> str:
    return f"de la position {inscription.position} ({inscription.fait.topic})"

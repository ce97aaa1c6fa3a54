"""A date that was given wrong: the fact keeps its place, is read at the right one, and its échéances are reckoned again.

Nothing is rewritten: the correction is a fact of its own, and the history shows both dates.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import pairwise
from uuid import UUID

from aggregates.dossier.avis import AvisRendu, DemandeAvisRecue
from aggregates.dossier.completude import DemandeDePiecesRecue
from aggregates.dossier.depot import TiersRattache
from aggregates.dossier.etat import EtatDossier
from aggregates.dossier.recours import DECISION, rejet_implicite_du
from aggregates.dossier.reprise import Repris
from aggregates.dossier.silence import produites_le
from aggregates.oubli import OubliDecide
from kernel.agregat import plier, retenues
from kernel.faits import DateCorrigee, EffetStocke, Inscription, Noms
from kernel.identifiants import SYSTEME
from kernel.instants import Effet, debut_de, dire_effet, texte_d_effet
from kernel.refus import AvantLeJalon, Refus

JAMAIS = (DateCorrigee, OubliDecide, Repris)
"""Facts whose date nobody corrects: a correction is corrected by another, a key is destroyed, a file says its own."""


class DateDeDossierCorrigee(DateCorrigee, topic="dossier.date_corrigee.v1"):
    """The date of a fact of the dossier was wrong; the motive is in the coffre."""

    version: int
    ancienne: EffetStocke
    motif: UUID

    def phrase(self, noms: Noms) -> str:
        return (
            f"Date du fait n° {self.version} corrigée : {dire_effet(self.au)} au lieu de {dire_effet(self.ancienne)} "
            f"({noms.texte(self.motif)})."
        )


class DateNonCorrigible(Refus, code="date_non_corrigible"):
    """Nobody gave that date: the engine did, or the fact was replaced since, or there is no such fact."""


def corrigibles(dossier: EtatDossier) -> list[Inscription]:
    """Return the facts whose date a person gave and may correct, each at the date it is read at."""
    return [i for i in retenues(dossier.inscriptions) if i.entete.acteur != SYSTEME and not isinstance(i.fait, JAMAIS)]


def _ensemble(dossier: EtatDossier, connue: Inscription) -> list[Inscription]:
    """Return what one wrong date dated: what its command recorded, and what the engine found of a dépôt.

    The registration stays: it was done on its own day.
    """
    tenues = list(retenues(dossier.inscriptions))
    commandes = {connue.entete.commande_id}
    if connue.entete.commande_id == tenues[0].entete.commande_id:
        commandes |= {i.entete.commande_id for i in tenues if isinstance(i.fait, TiersRattache)}
    return [
        i for i in tenues if i.entete.commande_id in commandes and i.entete.effectif_le == connue.entete.effectif_le
    ]


class Correction(EtatDossier):
    """Correct a date."""

    def corriger_date(self, version: int, au: Effet, motif: UUID) -> None:
        """Read a fact at another date, or refuse with DateNonCorrigible or AvantLeJalon (the acts would lose their order).

        What the same command recorded at the same date moves with it, the pièces of a dépôt, and its applicant found. The
        same date again is silent.
        """
        connus = corrigibles(self)
        connue = next((i for i in connus if i.entete.version == version), None)
        if connue is None:
            raise DateNonCorrigible(
                f"La date du fait n° {version} ne se corrige pas : ce n’est pas celle qu’une personne a donnée.",
                fait=version,
            )
        ancienne = connue.entete.effectif_le
        if ancienne == au:
            return self.redire(DateDeDossierCorrigee, version=version, au=au)
        if debut_de(au) > self.contexte.maintenant:
            raise AvantLeJalon(
                f"Le {dire_effet(au)} n’est pas encore venu : un fait ne peut en être.", le=texte_d_effet(au)
            )
        ensemble = _ensemble(self, connue)
        corrections = [
            Inscription(
                replace(
                    i.entete,
                    version=self.version + rang,
                    corrige=i.entete.version,
                    effectif_le=self.contexte.effectif_le,
                ),
                DateDeDossierCorrigee(version=i.entete.version, ancienne=ancienne, au=au, motif=motif),
            )
            for rang, i in enumerate(ensemble, 1)
        ]
        corrige = plier(type(self), self.id, [*self.inscriptions, *corrections])
        versions = {i.entete.corrige for i in corrections}
        for jalon, depuis, le in (*_des_faits(corrige, versions), *_de_l_etat(corrige), *_de_ce_qui_est_dit(corrige)):
            self.exiger_apres(jalon, depuis, le=le)
        for correction in corrections:
            self.survient(correction.fait, corrige=correction.entete.corrige)


def _des_faits(dossier: EtatDossier, versions: Collection[int | None]) -> Iterator[tuple[str, Effet, Effet]]:
    """Yield what comes first and both dates: of their neighbours among the facts that changed the état; of all, for the first fact."""
    etapes: list[Inscription] = []
    copie = type(dossier)(dossier.id)
    premiere, *suite = retenues(dossier.inscriptions)
    for inscription in (premiere, *suite):
        jalon = copie.jalon
        inscription.fait.appliquer(copie, inscription.entete)
        if copie.jalon != jalon:
            etapes.append(inscription)
    for avant, apres in (*pairwise(etapes), *((premiere, autre) for autre in suite)):
        if avant.entete.version in versions or apres.entete.version in versions:
            yield f"le fait n° {avant.entete.version}", avant.entete.effectif_le, apres.entete.effectif_le


def _de_l_etat(dossier: EtatDossier) -> Iterator[tuple[str, Effet, Effet]]:
    """Yield what else must keep its order: pièces and complétude, an avis and its answer, a recours and what it is about."""
    bloquantes = tuple(piece.code for piece in dossier.pieces_exigees if piece.bloquante)
    produites = produites_le(dossier, bloquantes)
    if dossier.complet_le is not None and produites is not None:
        yield "la réception de la dernière pièce exigée", produites, dossier.complet_le
    demandes = {avis.de: avis.depuis for avis in dossier.avis}
    for i in retenues(dossier.inscriptions):
        if isinstance(i.fait, AvisRendu) and i.fait.aupres_de in demandes:
            yield f"la demande d’avis à « {i.fait.aupres_de} »", demandes[i.fait.aupres_de], i.entete.effectif_le
    for recours in dossier.recours.values():
        attaque = dossier.decide_le if recours.contre == DECISION else rejet_implicite_du(dossier)
        if attaque is not None:
            yield f"ce qu’attaque le recours n° {recours.rang}", attaque, recours.le
        if recours.fin is not None:
            yield f"le recours n° {recours.rang}", recours.le, recours.fin.le


def _de_ce_qui_est_dit(dossier: EtatDossier) -> Iterator[tuple[str, Effet, Effet]]:
    """Yield what must keep its order of what was told: a demande and its reception, a decision and its notification."""
    effets = {i.entete.version: i.entete.effectif_le for i in retenues(dossier.inscriptions)}
    for i in retenues(dossier.inscriptions):
        if isinstance(i.fait, DemandeDePiecesRecue | DemandeAvisRecue) and i.fait.demande in effets:
            yield "la demande", effets[i.fait.demande], i.entete.effectif_le
    for recours in dossier.recours.values():
        if recours.fin is not None and recours.notification is not None:
            yield f"la réponse au recours n° {recours.rang}", recours.fin.le, recours.notification.le
    if dossier.rejet_notifie_le is not None and dossier.decide_le is not None:
        yield "la décision", dossier.decide_le, dossier.rejet_notifie_le

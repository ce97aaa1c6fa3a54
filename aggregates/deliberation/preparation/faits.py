"""The rapport and its lines, put on the agenda dossier by dossier."""

from datetime import date
from uuid import UUID

from aggregates.deliberation.etat import (
    EtatDeliberation,
    EtatLigne,
    FaitDeliberation,
    LigneRapport,
    LigneRefusee,
    Ouverture,
)
from kernel.faits import Entete, Noms
from kernel.textes import compte


class DeliberationPreparee(FaitDeliberation, topic="deliberation.preparee.v1"):
    """A rapport is put to a sitting, one line per dossier."""

    ref: str
    seance: UUID
    jour: date
    lignes: tuple[LigneRapport, ...]

    def appliquer(self, agregat: EtatDeliberation, entete: Entete) -> None:
        agregat.ref, agregat.seance, agregat.jour = self.ref, self.seance, self.jour
        agregat.lignes = {ligne.ligne: EtatLigne(ligne) for ligne in self.lignes}
        agregat.preparee = agregat.passe_inscription = Ouverture.par(entete)

    def phrase(self, noms: Noms) -> str:
        return f"Rapport {self.ref} préparé pour la séance du {self.jour:%d/%m/%Y} : {compte(len(self.lignes), 'dossier')}."


class LignesInscrites(FaitDeliberation, topic="deliberation.lignes_inscrites.v1"):
    """One pass of the engine: these dossiers know they are on the agenda, these refused."""

    inscrites: tuple[int, ...]
    refusees: tuple[LigneRefusee, ...]

    def appliquer(self, agregat: EtatDeliberation, entete: Entete) -> None:
        agregat.passe_inscription = Ouverture.par(entete)
        agregat.changer(self.inscrites, inscrite=True)
        for refusee in self.refusees:
            agregat.changer((refusee.ligne,), refus=refusee.code, refusee_par=Ouverture.par(entete))

    def phrase(self, noms: Noms) -> str:
        refusees = f", {compte(len(self.refusees), 'refusé')}" if self.refusees else ""
        return f"{compte(len(self.inscrites), 'dossier', 'inscrit')} à l’ordre du jour{refusees}."


class LigneEcartee(FaitDeliberation, topic="deliberation.ligne_ecartee.v1"):
    """A person took note that a line leaves the rapport, and why."""

    ligne: int
    motif: UUID

    def appliquer(self, agregat: EtatDeliberation, entete: Entete) -> None:
        agregat.changer((self.ligne,), ecartee=True, ecartee_motif=self.motif)

    def phrase(self, noms: Noms) -> str:
        return f"Ligne {self.ligne} écartée : {noms.texte(self.motif)}."

"""What the instructeur proposes and the responsable answers."""

from dataclasses import replace
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from aggregates.dossier.etat import Etat, EtatDossier, FaitDossier, Proposition
from kernel.faits import Entete, Noms
from kernel.instants import debut_de
from kernel.montants import en_euros


class EtapeDeCalcul(BaseModel):
    """One step of the computed amount, with the article it comes from; no word typed by the applicant."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    libelle: str
    resultat_centimes: int
    source: str


class Propose(FaitDossier, topic="dossier.propose.v1"):
    """An amount was proposed: the one computed from the règlement, or another with its motive."""

    montant_centimes: int
    calcule_centimes: int | None
    base_eligible_centimes: int | None
    etapes: tuple[EtapeDeCalcul, ...]
    motif: UUID | None

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.proposition = Proposition(
            entete.version, entete.acteur, self.montant_centimes, self.base_eligible_centimes, motif=self.motif
        )
        agregat.passer(Etat.PROPOSE, entete)

    def phrase(self, noms: Noms) -> str:
        ecart = ""
        if self.motif is not None and self.calcule_centimes is not None:
            ecart = f" au lieu de {en_euros(self.calcule_centimes)} calculés ({noms.texte(self.motif)})"
        base = (
            ""
            if self.base_eligible_centimes is None
            else f", sur une base éligible de {en_euros(self.base_eligible_centimes)}"
        )
        return f"Proposition de {en_euros(self.montant_centimes)}{ecart}{base}."


class Vise(FaitDossier, topic="dossier.vise.v1"):
    """The proposition was approved by another person than its author."""

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        if agregat.proposition is not None:
            agregat.proposition = replace(agregat.proposition, vise_par=entete.acteur)
        agregat.depuis = debut_de(entete.effectif_le)

    def phrase(self, noms: Noms) -> str:
        return "Proposition visée."


class Renvoye(FaitDossier, topic="dossier.renvoye.v1"):
    """The proposition was sent back to the instructeur."""

    motif: UUID

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.proposition, agregat.renvoi = None, self.motif
        agregat.passer(Etat.EN_INSTRUCTION, entete)

    def phrase(self, noms: Noms) -> str:
        return f"Proposition renvoyée à l’instruction : {noms.texte(self.motif)}."

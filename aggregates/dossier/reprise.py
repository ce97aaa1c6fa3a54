"""A dossier that began elsewhere: taken over at its step, its source cited, nothing invented.

A corrected row is the same fact again, naming the one it corrects.
"""

from uuid import UUID

from aggregates.dossier.elements import Source
from aggregates.dossier.etat import DecisionExterne, Etat, EtatDossier, FaitDossier, Proposition
from aggregates.dossier.motifs import MotifsDuDossier
from dispositifs.evaluation import LigneBudget
from kernel.faits import Entete, Noms
from kernel.identifiants import NumeroPris

_STADES = {Etat.DEPOSE: "déposé", Etat.EN_INSTRUCTION: "en instruction", Etat.PROPOSE: "proposé", Etat.DECIDE: "décidé"}


class Repris(FaitDossier, topic="dossier.repris.v1"):
    """A row of a file describes this dossier. What the file does not say is None: unknown, never zero.

    An award carries the act that decided it, outside the system. Who asks is the Tiers', the voted amount the Subvention's.
    """

    ref: str
    campagne: str
    etat: Etat
    objet: str
    tiers: UUID
    exercice: int | None
    theme: str | None
    type_aide: str | None
    periode_realisation: str | None
    montant_demande_centimes: int | None
    montant_propose_centimes: int | None
    decision: DecisionExterne | None
    source: Source
    produits: tuple[LigneBudget, ...] = ()
    """Who else finances, as far as the references know; its names, in the coffre, are `textes`."""
    textes: UUID | None = None

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.ref, agregat.campagne, agregat.objet, agregat.theme = self.ref, self.campagne, self.objet, self.theme
        agregat.tiers_id, agregat.demande_centimes = self.tiers, self.montant_demande_centimes
        agregat.decision_externe = self.decision
        agregat.produits, agregat.textes = self.produits, self.textes
        if self.decision is not None:
            agregat.decide_le = self.decision.decide_le
        agregat.source, agregat.source_version = self.source, entete.version
        issue = "attribue" if self.etat is Etat.DECIDE else None
        if agregat.etat is Etat.BROUILLON or entete.corrige is None:
            agregat.passer(self.etat, entete, issue=issue)
        elif agregat.issue is None and agregat.etat is Etat.CLOS:
            agregat.issue = issue  # closed since: the closing kept an issue that is only known now
        self._proposer(agregat, entete)

    def _proposer(self, agregat: EtatDossier, entete: Entete) -> None:
        """Proposed elsewhere, by somebody the file does not name: the agent who takes over vouches for the row only."""
        etat_propose = self.etat is Etat.PROPOSE
        if not etat_propose and self.montant_propose_centimes is None:
            return
        if entete.corrige is not None and agregat.proposition is not None:
            return  # proposed here since: a corrected row does not undo it
        vise_par = entete.acteur if etat_propose else None
        agregat.proposition = Proposition(
            entete.version, entete.auteurs, self.montant_propose_centimes, None, vise_par=vise_par
        )

    def phrase(self, noms: Noms) -> str:
        source = f"ligne {self.source.ligne} du fichier {self.source.fichier_sha256[:12]}"
        stade, objet = _STADES.get(self.etat, self.etat), f", « {self.objet} »" if self.objet else ""
        return f"Dossier {self.ref} repris à l’état « {stade} » : {noms.tiers(self.tiers)}{objet} ({source})."


class Reprise(MotifsDuDossier):
    """Rows of a file, turned into facts."""

    def reprendre(self, repris: Repris) -> None:
        """Take the row over, or correct what an earlier file said; refuse with NumeroPris when the number is another row's.

        A financeur that no entry of the references has is a motif, as of a dépôt.

        The same row, wherever it stands in a newer file, is silent.
        """
        if not self.existe:
            self.survient(repris)
            return self._relever()
        if self.source is None or self.source.cle != repris.source.cle:
            raise NumeroPris(f"Le numéro {repris.ref} est déjà pris.", ref=repris.ref)
        if self.reprise_change(repris):
            self.corriger(repris, self.source_version)
            self._relever()

    def _relever(self) -> None:
        if self.tient_encore:
            self.relever_les_financeurs()

    def reprise_change(self, repris: Repris) -> bool:
        """Tell whether the row says anything new; where it stands in the file does not count."""
        connu = next((i.fait for i in self.inscriptions if i.entete.version == self.source_version), None)
        return connu is None or connu.model_copy(update={"source": repris.source}) != repris

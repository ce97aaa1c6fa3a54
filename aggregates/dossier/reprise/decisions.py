"""Take over, and correct what was taken over."""

from aggregates.dossier.depot.decisions import NumeroPris
from aggregates.dossier.etat import EtatDossier
from aggregates.dossier.reprise.faits import Repris


class Reprise(EtatDossier):
    """Rows of a file, turned into facts."""

    def reprendre(self, repris: Repris) -> None:
        """Take the row over, or correct what an earlier file said; refuse with NumeroPris when the number is another row's.

        The same row, wherever it stands in a newer file, is silent.
        """
        if not self.existe:
            self.survient(repris)
            return
        if self.source is None or (self.source.identite, self.source.rang) != (
            repris.source.identite,
            repris.source.rang,
        ):
            raise NumeroPris(f"Le numéro {repris.ref} est déjà pris.", ref=repris.ref)
        if self.reprise_change(repris):
            corrigee = next(i.entete for i in self.inscriptions if i.entete.version == self.source_version)
            self.survient(repris, effectif_le=corrigee.effectif_le, corrige=self.source_version)

    def reprise_change(self, repris: Repris) -> bool:
        """Tell whether the row says anything new; where it stands in the file does not count."""
        if not self.existe:
            return True
        connu = next((i.fait for i in self.inscriptions if i.entete.version == self.source_version), None)
        return not isinstance(connu, Repris) or connu.model_copy(update={"source": repris.source}) != repris

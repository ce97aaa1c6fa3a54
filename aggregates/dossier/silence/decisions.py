"""The decision of time: record what silence did, with its legal date."""

from aggregates.dossier.etat import EtatDossier
from aggregates.dossier.silence.calcul import echeance_du_silence, silence_rompu
from aggregates.dossier.silence.faits import RejetImpliciteNe
from kernel.instants import Instant
from kernel.refus import GesteImpossible


class Silence(EtatDossier):
    """What two months of silence do."""

    def constater_rejet_implicite(self, au: Instant) -> None:
        """Record the refusal with its legal date, or refuse with GesteImpossible while it is not due at `au`.

        Silent when it is recorded. A late demande de pièces that moved the date gives a correction of the former fact.
        """
        echeance = echeance_du_silence(self)
        if echeance is not None and echeance.dernier_jour in self.rejets_implicites.values():
            return
        du = echeance is not None and echeance.dernier_instant <= au
        if echeance is None or self.silence is None or not du or silence_rompu(self, echeance.dernier_jour):
            raise GesteImpossible(
                "Le silence n’a pas duré le temps que la loi dit.",
                geste="constater-rejet-implicite",
                etat=self.etat.value,
            )
        precedent = max(self.rejets_implicites, default=None)
        fait = RejetImpliciteNe(ne_le=echeance.dernier_jour, source=self.silence.source)
        self.survient(fait, effectif_le=echeance.dernier_jour, corrige=precedent)

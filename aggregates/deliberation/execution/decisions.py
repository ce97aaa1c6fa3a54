"""Record what the engine carried; ask again for an engagement that was refused."""

from collections.abc import Sequence

from aggregates.deliberation.etat import EtatDeliberation, LigneRefusee
from aggregates.deliberation.execution.faits import (
    CreditsEngages,
    DecisionsPortees,
    Engagement,
    EngagementRedemande,
    EngagementRefuse,
)
from kernel.refus import Refus


class EnveloppeEtrangere(Refus):
    """No line of this rapport is on that enveloppe."""

    code = "enveloppe_etrangere"


class Execution(EtatDeliberation):
    """What the act makes happen elsewhere."""

    def constater_decisions(self, passe: int, *, portees: Sequence[int], refusees: Sequence[LigneRefusee]) -> None:
        """Record one pass, or refuse with LigneInconnue; a pass that is over, or did nothing, is silent."""
        for numero in (*portees, *(refusee.ligne for refusee in refusees)):
            self.ligne(numero)
        ouverte = self.passe_decisions is not None and self.passe_decisions.version == passe
        if ouverte and (portees or refusees):
            self.survient(DecisionsPortees(portees=tuple(portees), refusees=tuple(refusees)))

    def constater_engagements(
        self, passe: int, *, engages: Sequence[Engagement], refuses: Sequence[EngagementRefuse]
    ) -> None:
        """Record what the enveloppes answered, or refuse with EnveloppeEtrangere; a pass that is over is silent."""
        for enveloppe in (*(e.enveloppe for e in engages), *(e.enveloppe for e in refuses)):
            self._exiger_sienne(enveloppe)
        ouverte = self.passe_credits is not None and self.passe_credits.version == passe
        if ouverte and (engages or refuses):
            self.survient(CreditsEngages(engages=tuple(engages), refuses=tuple(refuses)))

    def redemander_engagement(self, enveloppe: str) -> None:
        """Ask again, or refuse with EnveloppeEtrangere, or GesteImpossible when it did not refuse."""
        self.exiger_preparee()
        self._exiger_sienne(enveloppe)
        if enveloppe in self.engages or enveloppe in self.a_engager:
            return
        if enveloppe not in self.engagements_refuses:
            raise self.impossible("redemander-engagement", f"l’enveloppe {enveloppe} n’a rien refusé")
        self.survient(EngagementRedemande(enveloppe=enveloppe))

    def _exiger_sienne(self, enveloppe: str) -> None:
        if all(ligne.rapport.enveloppe != enveloppe for ligne in self.lignes.values()):
            raise EnveloppeEtrangere(
                f"Aucune ligne du rapport {self.ref} n’est sur l’enveloppe {enveloppe}.", enveloppe=enveloppe
            )

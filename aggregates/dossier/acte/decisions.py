"""Put on the agenda, adjourn, carry the assembly's decision, close."""

from datetime import date
from uuid import UUID

from aggregates.dossier.acte.faits import Ajourne, Clos, Decide, Inscrit
from aggregates.dossier.etat import Etat, EtatDossier
from kernel.refus import DejaFait, GesteImpossible, Refus


class PropositionNonVisee(Refus):
    """Only an approved proposition goes to the assembly."""

    code = "proposition_non_visee"


class Acte(EtatDossier):
    """What follows the assembly's work."""

    def inscrire(self, deliberation: UUID, ligne: int) -> None:
        """Put it on the agenda, or refuse with GesteImpossible, PropositionNonVisee or DejaFait; repeating it is silent."""
        if self.etat is Etat.INSCRIT:
            if (self.deliberation, self.ligne) == (deliberation, ligne):
                return
            raise DejaFait("Le dossier est déjà inscrit dans un autre rapport.", fait=Inscrit.topic)
        self.exiger("inscrire", Etat.PROPOSE)
        if self.proposition is None or self.proposition.vise_par is None:
            raise PropositionNonVisee(
                "La proposition n’est pas visée : elle ne peut pas être inscrite à l’ordre du jour."
            )
        self.survient(Inscrit(deliberation=deliberation, ligne=ligne))

    def ajourner(self, deliberation: UUID) -> None:
        """Take it off the agenda, or refuse with GesteImpossible; repeating it is silent."""
        if self.etat is Etat.PROPOSE and deliberation in self.ajournements:
            return
        self.exiger("ajourner", Etat.INSCRIT)
        if self.deliberation != deliberation:
            raise GesteImpossible(
                "Le dossier est inscrit dans un autre rapport.", geste="ajourner", etat=self.etat.value
            )
        self.survient(Ajourne(deliberation=deliberation))

    def decider(self, deliberation: UUID, *, favorable: bool, montant_vote_centimes: int, vote_le: date) -> None:
        """Carry the vote of its line, or refuse with GesteImpossible (withdrawn meanwhile) or DejaFait; repeating it is silent."""
        fait = Decide(
            deliberation=deliberation, favorable=favorable, montant_vote_centimes=montant_vote_centimes, vote_le=vote_le
        )
        if self.decide_le is not None:
            decide = (self.deliberation, self.vote_centimes, self.decide_le, self.issue)
            if decide == (deliberation, montant_vote_centimes, vote_le, "attribue" if favorable else "rejete"):
                return
            raise DejaFait("Le dossier est déjà décidé autrement.", fait=Decide.topic)
        self.exiger("decider", Etat.INSCRIT)
        self._exiger_inscrit_dans(deliberation, "decider")
        self.survient(fait, effectif_le=vote_le)

    def clore(self, *, rien_ne_reste_du: bool) -> None:
        """Close what was decided; repeating it is silent.

        Refuse with GesteImpossible while it is not decided or something remains owed, or when it ended before any vote.
        """
        if self.etat is Etat.CLOS and self.issue_motif is None:
            return
        self.exiger("clore", Etat.DECIDE)
        if not rien_ne_reste_du:
            raise GesteImpossible(
                "La subvention n’est pas soldée : le dossier ne peut pas être clos.",
                geste="clore",
                etat=self.etat.value,
            )
        self.survient(Clos())

    def _exiger_inscrit_dans(self, deliberation: UUID, geste: str) -> None:
        if self.deliberation != deliberation:
            raise GesteImpossible("Le dossier est inscrit dans un autre rapport.", geste=geste, etat=self.etat.value)

"""Eligibility examined from the dépôt on: which list judged the territory, what is in doubt; an early start authorised."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from aggregates.dossier.etat import AVANT_VOTE, EtatDossier, FaitDossier
from aggregates.dossier.motifs import MotifsDuDossier
from dispositifs.eligibilite import Doute
from kernel.faits import Entete, Noms
from kernel.refus import Refus


class EligibiliteExaminee(FaitDossier, topic="dossier.eligibilite_examinee.v1"):
    """The territory was judged by the list of quartiers in force on the day that the règlement says."""

    territoire_au: date
    perimetre: str | None
    """Version of that list; None when it is none of those we hold."""

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.territoire_juge = (self.territoire_au, self.perimetre)

    def phrase(self, noms: Noms) -> str:
        liste = "liste inconnue à cette date" if self.perimetre is None else f"liste {self.perimetre}"
        return f"Éligibilité examinée : territoire jugé au {self.territoire_au:%d/%m/%Y}, {liste}."


class DemarrageAutorise(FaitDossier, topic="dossier.demarrage_autorise.v1"):
    """The project may begin before the decision; it promises nothing. The act that allows it is in the coffre."""

    a_partir_du: date
    acte: UUID

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.demarrage_autorise = self.a_partir_du

    def phrase(self, noms: Noms) -> str:
        return (
            f"Démarrage anticipé autorisé à partir du {self.a_partir_du:%d/%m/%Y} ({noms.texte(self.acte)}) ; "
            "cette autorisation ne vaut pas promesse de subvention."
        )


class EligibiliteAReexaminer(Refus, code="eligibilite_a_reexaminer"):
    """Something is in doubt that no motif tells: the eligibility is examined again before an award is proposed, or voted."""


class DemarrageRetroactif(Refus, code="demarrage_retroactif"):
    """An early start is authorised before it happens, never after."""


class EligibiliteDuDossier(MotifsDuDossier):
    """Examine the eligibility; authorise an early start."""

    def examiner_eligibilite(self, juge: tuple[date, str | None] | None, doutes: Sequence[Doute]) -> None:
        """Record by which list the territory is judged (when it is said), and a motif for each doubt; silent when nothing is new.

        Refuse with GesteImpossible once it is voted. What is found after a proposition keeps it from binding until it is answered.
        """
        self.exiger("examiner-eligibilite", *AVANT_VOTE)
        if self.decision is not None:
            raise self.impossible("examiner-eligibilite", "la demande est votée")
        if juge is not None and self.territoire_juge != juge:
            self.survient(EligibiliteExaminee(territoire_au=juge[0], perimetre=juge[1]))
        for doute in doutes:
            self.relever(doute.code, doute.objet)

    def autoriser_demarrage(self, a_partir_du: date, acte: UUID) -> None:
        """Authorise an early start, or refuse with GesteImpossible, DemarrageRetroactif or DejaFait; repeating it is silent."""
        self.exiger("autoriser-demarrage-anticipe", *AVANT_VOTE)
        if self.effet_de(DemarrageAutorise, a_partir_du=a_partir_du, acte=acte) is not None:
            return self.redire(DemarrageAutorise)
        if self.demarrage_autorise is not None:
            raise DemarrageAutorise.deja(
                f"Le démarrage est déjà autorisé à partir du {self.demarrage_autorise:%d/%m/%Y}, ou par un autre acte."
            )
        if a_partir_du < self.jour:
            raise DemarrageRetroactif(
                f"Un démarrage s’autorise avant d’avoir lieu : le {a_partir_du:%d/%m/%Y} précède le {self.jour:%d/%m/%Y}.",
                a_partir_du=str(a_partir_du),
            )
        self.survient(DemarrageAutorise(a_partir_du=a_partir_du, acte=acte))

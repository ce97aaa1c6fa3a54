"""Decisions of a sitting: plan, convene, open or note that the quorum lacks, close."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from aggregates.assemblee import Composition
from aggregates.seance.etat import Etat, EtatSeance
from aggregates.seance.faits import QuorumManque, SeanceConvoquee, SeanceLevee, SeanceOuverte, SeancePrevue
from aggregates.seance.feuille import exiger_admissible
from aggregates.seance.presences import Feuille, Presence, en_ordre, quorum
from kernel.attentes import Delai
from kernel.delais import echoir, lire_duree
from kernel.instants import Instant, jour_de
from kernel.refus import DejaFait, GesteImpossible, Refus


class SeancePasEncore(Refus):
    """The day of the sitting has not come."""

    code = "seance_pas_encore"


class ConvocationTardive(Refus):
    """Members are convened before the sitting."""

    code = "convocation_tardive"


class HeureExigee(Refus):
    """Members came late or left early: the hour says who was there."""

    code = "heure_exigee"


class Seance(EtatSeance):
    """A sitting of the commission permanente."""

    def prevoir(self, ref: str, jour: date) -> None:
        """Plan it; the same day again is silent, another is refused with DejaFait."""
        if self.jour is None:
            self.survient(SeancePrevue(ref=ref, jour=jour))
        elif self.ref != ref:
            raise DejaFait(f"La séance {self.ref} est déjà prévue.", fait=SeancePrevue.topic)

    def convoquer(self) -> None:
        """Record that members were convened; repeating is silent. Refuse with GesteImpossible or ConvocationTardive."""
        if self.etat is Etat.CONVOQUEE:
            return
        jour = self.exiger("convoquer", Etat.PREVUE)
        if jour_de(self.contexte.effectif_le) > jour:
            raise ConvocationTardive(
                f"La séance était prévue le {jour:%d/%m/%Y} : convoquer après n’a pas de sens.", jour=str(jour)
            )
        self.survient(SeanceConvoquee())

    def ouvrir(
        self, composition: Composition, presences: Sequence[Presence], preside_par: str | None, reunion: Delai
    ) -> None:
        """Open it, or record that the quorum lacks and when the sitting of right is held (`reunion` is its délai).

        Raises:
            GesteImpossible: it is not convened, or already closed.
            SeancePasEncore: its day has not come.
            DejaFait: it is open with other presences.
            Refus: the sheet is not admissible (MembreInconnu, PouvoirInvalide, PresencesInvalides, PresidenceExigee).
        """
        jour = self.exiger("ouvrir", Etat.CONVOQUEE, Etat.SANS_QUORUM, Etat.OUVERTE)
        de_droit, preside_par = self.reunion is not None, preside_par or composition.president
        feuille = Feuille(jour, composition.membres, preside_par, en_ordre(presences), de_droit)
        if self.etat is Etat.OUVERTE:
            if (
                self.feuille is not None
                and replace(self.feuille, presences=en_ordre(self.feuille.presences)) == feuille
            ):
                return
            raise DejaFait(f"La séance {self.ref} est déjà ouverte avec d’autres présences.", fait=SeanceOuverte.topic)
        if jour_de(self.contexte.effectif_le) < jour:
            if de_droit and self.feuille is not None and en_ordre(self.feuille.presences) == feuille.presences:
                return
            raise SeancePasEncore(f"La séance se tient le {jour:%d/%m/%Y}, pas avant.", jour=str(jour))
        exiger_admissible(feuille, jour)
        compte = quorum(feuille, None)
        if compte.atteint or de_droit:
            self.survient(
                SeanceOuverte(
                    jour=jour,
                    membres=feuille.membres,
                    preside_par=feuille.preside_par,
                    presences=feuille.presences,
                    de_droit=de_droit,
                )
            )
            return
        self.survient(
            QuorumManque(
                jour=jour,
                membres=feuille.membres,
                preside_par=feuille.preside_par,
                presences=feuille.presences,
                requis=compte.requis,
                reunion_le=echoir(jour, lire_duree(reunion.duree), source=reunion.source).dernier_jour,
                delai=reunion,
            )
        )

    def lever(self) -> None:
        """Close it, or refuse with GesteImpossible when it is not open; repeating it is silent."""
        if self.etat is Etat.LEVEE:
            return
        self.exiger("lever", Etat.OUVERTE)
        self.survient(SeanceLevee())

    def feuille_ouverte(self, geste: str) -> Feuille:
        """Return the attendance sheet, or refuse with GesteImpossible unless the sitting is open."""
        self.exiger(geste, Etat.OUVERTE)
        if self.feuille is None:
            raise GesteImpossible("Cette séance n’a pas de feuille de présence.", geste=geste, etat=self.etat.value)
        return self.feuille

    def moment(self, effectif_le: date | datetime, heure: Instant | None) -> Instant | None:
        """Return the instant that says who was there: the hour given, or that of the act on the day of the sitting.

        None when the hour changes nothing; refuse with HeureExigee when it does and nothing gives it.
        """
        if heure is not None:
            return heure
        if self.feuille is None or not self.feuille.bornee:
            return None
        if isinstance(effectif_le, datetime) and self.jour == jour_de(effectif_le):
            return effectif_le
        raise HeureExigee(
            'Des membres sont arrivés ou partis en cours de séance : donnez l’heure du scrutin (heure: "15:30").',
            jour=str(self.jour),
        )

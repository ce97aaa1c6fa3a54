"""A sitting is planned, then its members convened."""

from datetime import date

from aggregates.seance.etat import Etat, EtatSeance, FaitSeance
from kernel.faits import Entete, Noms
from kernel.instants import jour_de
from kernel.refus import Refus


class SeancePrevue(FaitSeance, topic="seance.prevue.v1"):
    """A sitting will be held on that day."""

    ref: str
    jour: date

    def appliquer(self, agregat: EtatSeance, entete: Entete) -> None:
        agregat.ref, agregat.jour = self.ref, self.jour
        agregat.passer(Etat.PREVUE, entete)

    def phrase(self, noms: Noms) -> str:
        return f"Séance prévue le {self.jour:%d/%m/%Y}."


class SeanceConvoquee(FaitSeance, topic="seance.convoquee.v1"):
    """The members were convened."""

    def appliquer(self, agregat: EtatSeance, entete: Entete) -> None:
        agregat.passer(Etat.CONVOQUEE, entete)

    def phrase(self, noms: Noms) -> str:
        return "Membres convoqués."


class ConvocationTardive(Refus, code="convocation_tardive"):
    """Members are convened before the sitting."""


class Convocation(EtatSeance):
    """Plan the sitting, convene its members."""

    def prevoir(self, ref: str, jour: date) -> None:
        """Plan it, or refuse with HorsSeance after its day; the same day again is silent, another is refused with DejaFait."""
        if self.jour is None:
            self.exiger_pas_apres(self.contexte.effectif_le, jour)
            self.survient(SeancePrevue(ref=ref, jour=jour))
        elif self.ref != ref:
            raise SeancePrevue.deja(f"La séance {self.ref} est déjà prévue.")
        else:
            self.redire(SeancePrevue)

    def convoquer(self) -> None:
        """Record that members were convened; repeating is silent. Refuse with GesteImpossible or ConvocationTardive."""
        if self.etat is Etat.CONVOQUEE:
            return self.redire(SeanceConvoquee)
        jour = self.exiger_jour("convoquer", Etat.PREVUE)
        if jour_de(self.contexte.effectif_le) > jour:
            raise ConvocationTardive(
                f"La séance était prévue le {jour:%d/%m/%Y} : convoquer après n’a pas de sens.", jour=str(jour)
            )
        self.survient(SeanceConvoquee())

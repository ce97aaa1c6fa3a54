"""What happens to a sitting. Elected members appear as ids; presences and pouvoirs as dated stretches."""

from datetime import date

from aggregates.seance.etat import Etat, EtatSeance
from aggregates.seance.mouvements import Mouvement
from aggregates.seance.presences import Feuille, Presence
from kernel.attentes import Delai
from kernel.faits import Entete, Fait, Noms
from kernel.instants import PARIS


class FaitSeance(Fait["EtatSeance"]):
    """A fact of a sitting."""


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


class QuorumManque(FaitSeance, topic="seance.quorum_manque.v1"):
    """Too few members were present or represented: the sitting of right is held later, whatever the number."""

    jour: date
    membres: tuple[str, ...]
    preside_par: str
    presences: tuple[Presence, ...]
    requis: int
    reunion_le: date
    delai: Delai

    def appliquer(self, agregat: EtatSeance, entete: Entete) -> None:
        agregat.feuille = Feuille(self.jour, self.membres, self.preside_par, self.presences)
        agregat.jour, agregat.reunion = self.reunion_le, self.delai
        agregat.passer(Etat.SANS_QUORUM, entete)

    def phrase(self, noms: Noms) -> str:
        return (
            f"Quorum non atteint (il fallait {self.requis} membres présents ou représentés sur {len(self.membres)}) : "
            f"réunion de plein droit le {self.reunion_le:%d/%m/%Y}, quel que soit le nombre ({self.delai.source})."
        )


class SeanceOuverte(FaitSeance, topic="seance.ouverte.v1"):
    """The sitting is open, with who is there and who holds a pouvoir."""

    jour: date
    membres: tuple[str, ...]
    preside_par: str
    presences: tuple[Presence, ...]
    de_droit: bool

    def appliquer(self, agregat: EtatSeance, entete: Entete) -> None:
        agregat.feuille = Feuille(self.jour, self.membres, self.preside_par, self.presences, self.de_droit)
        agregat.passer(Etat.OUVERTE, entete)

    def phrase(self, noms: Noms) -> str:
        droit = ", de plein droit" if self.de_droit else ""
        return f"Séance ouverte{droit} : {len(self.membres)} membres en exercice."


class PresenceNotee(FaitSeance, topic="seance.presence_notee.v1", reveille=False):
    """A member arrived, left, or gave a pouvoir, during the sitting; scrutins held from that instant on count it."""

    mouvement: Mouvement

    def appliquer(self, agregat: EtatSeance, entete: Entete) -> None:
        agregat.mouvements.append(self.mouvement)

    def phrase(self, noms: Noms) -> str:
        m = self.mouvement
        statut = {"present": "présent", "absent": "absent"}.get(m.statut, f"représenté par {m.pouvoir_a}")
        return f"À {m.a.astimezone(PARIS):%H h %M}, {m.membre} : {statut}."


class SeanceSuspendue(FaitSeance, topic="seance.suspendue.v1"):
    """The sitting is interrupted: nothing is voted until it is resumed."""

    def appliquer(self, agregat: EtatSeance, entete: Entete) -> None:
        agregat.interrompue = True
        agregat.passer(Etat.SUSPENDUE, entete)

    def phrase(self, noms: Noms) -> str:
        return "Séance suspendue."


class SeanceReprise(FaitSeance, topic="seance.reprise.v1"):
    """The sitting goes on."""

    def appliquer(self, agregat: EtatSeance, entete: Entete) -> None:
        agregat.passer(Etat.OUVERTE, entete)

    def phrase(self, noms: Noms) -> str:
        return "Séance reprise."


class SeanceLevee(FaitSeance, topic="seance.levee.v1"):
    """The sitting is over."""

    def appliquer(self, agregat: EtatSeance, entete: Entete) -> None:
        agregat.passer(Etat.LEVEE, entete)

    def phrase(self, noms: Noms) -> str:
        return "Séance levée."

"""Open it or note that the quorum lacks, note who comes and goes, suspend, close. Elected members appear as ids."""

from collections.abc import Sequence
from datetime import date, datetime

from aggregates.assemblee import AssembleeComposee
from aggregates.seance.etat import Etat, EtatSeance, FaitSeance, HorsSeance
from aggregates.seance.presences import (
    FeuilleDePresence,
    Mouvement,
    Presence,
    apres,
    en_ordre,
    exiger_admissible,
    exiger_coherente,
    exiger_membres,
    quorum,
)
from kernel.attentes import Delai
from kernel.faits import Entete, Noms
from kernel.instants import PARIS, Effet, Instant, debut_de, dire_effet, jour_de, rfc3339
from kernel.refus import Refus, SaisieInvalide


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
        agregat.feuille = FeuilleDePresence(self.jour, self.membres, self.preside_par, self.presences)
        agregat.jour, agregat.reunion = self.reunion_le, self.delai
        agregat.passer(Etat.SANS_QUORUM, entete)

    def phrase(self, noms: Noms) -> str:
        return (
            f"Quorum non atteint (il fallait {self.requis} membres présents ou représentés sur {len(self.membres)}) : "
            f"réunion de plein droit le {self.reunion_le:%d/%m/%Y}, quel que soit le nombre ({self.delai.fondement})."
        )


class SeanceOuverte(FaitSeance, topic="seance.ouverte.v1"):
    """The sitting is open, with who is there and who holds a pouvoir."""

    jour: date
    membres: tuple[str, ...]
    preside_par: str
    presences: tuple[Presence, ...]
    de_droit: bool

    def appliquer(self, agregat: EtatSeance, entete: Entete) -> None:
        agregat.feuille = FeuilleDePresence(self.jour, self.membres, self.preside_par, self.presences, self.de_droit)
        agregat.tenue.append((debut_de(entete.effectif_le), True))
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
        agregat.tenue.append((debut_de(entete.effectif_le), False))
        agregat.passer(Etat.SUSPENDUE, entete)

    def phrase(self, noms: Noms) -> str:
        return "Séance suspendue."


class SeanceReprise(FaitSeance, topic="seance.reprise.v1"):
    """The sitting goes on."""

    def appliquer(self, agregat: EtatSeance, entete: Entete) -> None:
        agregat.tenue.append((debut_de(entete.effectif_le), True))
        agregat.passer(Etat.OUVERTE, entete)

    def phrase(self, noms: Noms) -> str:
        return "Séance reprise."


class SeanceLevee(FaitSeance, topic="seance.levee.v1"):
    """The sitting is over."""

    def appliquer(self, agregat: EtatSeance, entete: Entete) -> None:
        agregat.passer(Etat.LEVEE, entete)

    def phrase(self, noms: Noms) -> str:
        return "Séance levée."


class HeureExigee(Refus, code="heure_exigee"):
    """Members came late or left early: the hour says who was there."""


class Tenue(EtatSeance):
    """What happens on its day."""

    def ouvrir(
        self, composition: AssembleeComposee, presences: Sequence[Presence], preside_par: str | None, reunion: Delai
    ) -> None:
        """Open it, or record that the quorum lacks and when the sitting of right is held (`reunion` is its délai).

        Raises:
            GesteImpossible: it is not convened, or already closed.
            SeancePasEncore, HorsSeance: it is dated of another day than its own.
            DejaFait: it is open with other presences.
            Refus: the sheet is not admissible (MembreInconnu, PouvoirInvalide, PresencesInvalides, PresidenceExigee).
        """
        jour = self.exiger_jour("ouvrir", Etat.CONVOQUEE, Etat.SANS_QUORUM, Etat.OUVERTE, Etat.SUSPENDUE)
        de_droit, preside_par = self.reunion is not None, preside_par or composition.president
        feuille = FeuilleDePresence(jour, composition.membres, preside_par, en_ordre(presences), de_droit)
        if self.etat in {Etat.OUVERTE, Etat.SUSPENDUE}:
            if self.feuille is not None and apres(self.feuille, ()) == feuille:
                return self.redire(SeanceOuverte)
            raise SeanceOuverte.deja(f"La séance {self.ref} est déjà ouverte avec d’autres présences.")
        if (
            jour_de(self.contexte.effectif_le) < jour
            and de_droit
            and self.feuille is not None
            and en_ordre(self.feuille.presences) == feuille.presences
        ):
            return
        self.exiger_du_jour(self.contexte.effectif_le, jour)
        exiger_admissible(feuille, jour)
        compte = quorum(feuille, None)
        tenue = {"jour": jour, "membres": feuille.membres, "preside_par": preside_par, "presences": feuille.presences}
        if compte.atteint or de_droit:
            self.survient(SeanceOuverte.model_validate({**tenue, "de_droit": de_droit}))
            return
        reunion_le = reunion.echoir(jour).dernier_jour
        suite = {"requis": compte.requis, "reunion_le": reunion_le, "delai": reunion}
        self.survient(QuorumManque.model_validate({**tenue, **suite}))

    def noter_presence(self, mouvement: Mouvement) -> None:
        """Note that a member arrived, left or gave a pouvoir, at that instant; the same again is silent.

        Raises:
            GesteImpossible: the sitting is neither open nor suspended.
            SaisieInvalide: that instant has not come.
            SeancePasEncore, HorsSeance: it is not of the day of the sitting.
            DejaFait: something else is known of that member at that very instant.
            Refus: the sheet would no longer be admissible (MembreInconnu, PouvoirInvalide, PresencesInvalides).
        """
        jour = self.exiger_jour("noter-presence", Etat.OUVERTE, Etat.SUSPENDUE)
        if self.contexte.date_donnee:
            self.exiger_du_jour(self.contexte.effectif_le, jour)
        if mouvement in self.mouvements:
            return
        if any((connu.membre, connu.a) == (mouvement.membre, mouvement.a) for connu in self.mouvements):
            raise PresenceNotee.deja(f"{mouvement.membre} est déjà noté autrement à cette heure.")
        if mouvement.a > self.contexte.maintenant:
            raise SaisieInvalide("L’heure de ce mouvement n’est pas encore venue.", heure=mouvement.a.isoformat())
        self.exiger_du_jour(mouvement.a, jour)
        feuille = self._feuille("noter-presence")
        exiger_membres((mouvement.membre,), feuille)
        exiger_coherente(mouvement.membre, mouvement.statut, mouvement.pouvoir_a)
        exiger_admissible(apres(feuille, [*self.mouvements, mouvement]), jour)
        self.survient(PresenceNotee(mouvement=mouvement), effectif_le=mouvement.a)

    def suspendre(self) -> None:
        """Interrupt it, or refuse with GesteImpossible when it is not open; repeating it is silent."""
        if self.etat is Etat.SUSPENDUE:
            return self.redire(SeanceSuspendue)
        self._exiger_en_seance("suspendre", Etat.OUVERTE)
        self.survient(SeanceSuspendue())

    def reprendre(self) -> None:
        """Go on with it, or refuse with GesteImpossible when it is not suspended; repeating it is silent."""
        if self.etat is Etat.OUVERTE and len(self.tenue) > 1:
            return self.redire(SeanceReprise)
        self._exiger_en_seance("reprendre", Etat.SUSPENDUE)
        self.survient(SeanceReprise())

    def lever(self) -> None:
        """Close it, or refuse with GesteImpossible when it is not open; repeating it is silent."""
        if self.etat is Etat.LEVEE:
            return self.redire(SeanceLevee)
        self._exiger_en_seance("lever", Etat.OUVERTE, Etat.SUSPENDUE)
        self.exiger_apres("la dernière arrivée ou le dernier départ", max((m.a for m in self.mouvements), default=None))
        self.survient(SeanceLevee())

    def _exiger_en_seance(self, geste: str, *etats: Etat) -> None:
        """Refuse what is not done on the day of the sitting, after what it follows there."""
        jour = self.exiger_jour(geste, *etats)
        self.exiger_du_jour(self.contexte.effectif_le, jour)
        self.exiger_apres("l’ouverture, la suspension ou la reprise", self.jalon)

    def feuille_ouverte(self, geste: str) -> FeuilleDePresence:
        """Return the attendance sheet with what was noted since, or refuse with GesteImpossible unless it is open."""
        if self.etat is Etat.LEVEE:
            raise self.impossible(
                geste,
                f"la séance {self.ref} est levée ; ce qu’elle n’a pas voté s’ajourne (scrutin « ajournement: true »), "
                "et ses dossiers reviennent parmi les propositions visées",
            )
        if self.etat is not Etat.OUVERTE:
            suspendue = self.etat is Etat.SUSPENDUE
            dit, d_abord = ("est « suspendue »", "reprendre") if suspendue else ("n’est pas ouverte", "ouvrir")
            d_abord = f"seance {d_abord}"
            raise self.impossible(geste, f"la séance {self.ref} {dit} (« {d_abord} »)", d_abord=d_abord)
        return apres(self._feuille(geste), self.mouvements)

    def _feuille(self, geste: str) -> FeuilleDePresence:
        if self.feuille is None:
            raise self.impossible(geste, "cette séance n’a pas de feuille de présence")
        return self.feuille

    def moment(self, moment: Effet) -> Instant | None:
        """Return the instant that says who was there when a scrutin is dated so; None for a day, when no hour is needed.

        Refuse with HeureExigee when the hour counts and nothing gives it, with SeancePasEncore or HorsSeance a day which is
        not that of the sitting, or an hour at which it was not open.
        """
        self.exiger_du_jour(moment, self.jour_prevu())
        if isinstance(moment, datetime):
            if not next((ouverte for depuis, ouverte in reversed(self.tenue) if depuis <= moment), False):
                raise HorsSeance(
                    f"La séance {self.ref} n’était pas ouverte, ou était suspendue, le {dire_effet(moment)}.",
                    jour=str(self.jour),
                    le=rfc3339(moment),
                )
            return moment
        if self.feuille is not None and apres(self.feuille, self.mouvements).bornee:
            raise HeureExigee(
                'Des membres sont arrivés ou partis en cours de séance : donnez l’heure du scrutin (heure: "15:30").',
                jour=str(self.jour),
            )
        return None

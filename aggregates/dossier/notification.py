"""What the authority decided against somebody is notified: the rejet of the request, the rejet of a recours gracieux.

Produced and sent is not notified: an e-mail alone proves no reception, so the délai of recours starts on proof only (a
document handed, the copy of what proves another way). Source: CRPA, art. L221-8; CJA, art. R421-1 and R421-5.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from aggregates.dossier.ecrits import EtatDocument, NatureDocument, en_route, etats
from aggregates.dossier.elements import FinDeRecours, Notification, Recours
from aggregates.dossier.etat import Etat, EtatDossier, FaitDossier
from aggregates.dossier.recours import DECISION, GRACIEUX, rejete_par_silence_le
from dispositifs.droit import regle
from kernel.attentes import Attente, Cle, Delai, GesteAttendu, Nature, Role
from kernel.delais import Echeance
from kernel.faits import Entete, Jalon, Noms
from kernel.instants import Instant, debut_de_jour
from kernel.refus import Refus

REJETS: Final = frozenset({"rejete", "irrecevable"})
"""How a recours gracieux is answered, when the answer is itself a decision to notify."""


class DecisionNotifiee(FaitDossier, topic="dossier.decision_notifiee.v1"):
    """The rejet of the request, or of a `recours`, was notified: by our document handed (`edition`), or on a proof (`sha256`).

    `delai` is that of the recours before the judge; it does not run when the notification lacked the remedies.
    """

    recours: int | None
    delai: Delai
    edition: UUID | None = None
    sha256: str | None = None
    sans_recours: bool = False

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        notification = Notification(Jalon.de(entete), self.delai, opposable=not self.sans_recours)
        if self.recours is None:
            agregat.notification = notification
        elif (recours := agregat.recours.get(self.recours)) is not None:
            agregat.recours[self.recours] = replace(recours, notification=notification)

    def phrase(self, noms: Noms) -> str:
        quoi = "Rejet de la demande" if self.recours is None else f"Rejet du recours n° {self.recours}"
        sans = ", sans les voies et délais de recours" if self.sans_recours else ""
        comment = "en main propre" if self.sha256 is None else f"par une preuve gardée (empreinte {self.sha256[:12]})"
        return f"{quoi} notifié {comment}{sans}."


class RejetNonDit(Refus, code="rejet_non_dit"):
    """The applicant was not told that the request is refused: the dossier cannot be closed."""


def rejet_a_dire(dossier: EtatDossier) -> bool:
    """Tell whether the applicant is still to be told that the request is refused; what is forgotten has nobody to tell."""
    if dossier.etat is not Etat.DECIDE or dossier.issue != "rejete" or dossier.oubli is not None:
        return False
    return dossier.notification is None and EtatDocument.ENVOYE not in etats(
        dossier.documents.values(), NatureDocument.REJET
    )


class Notifications(EtatDossier):
    """Notify what was decided against somebody."""

    def exiger_rejete(self, geste: str) -> None:
        """Refuse with GesteImpossible what is notified of no rejet, or with AvantLeJalon before it."""
        if self.etat not in {Etat.DECIDE, Etat.CLOS} or self.issue != "rejete":
            raise self.impossible(geste, f"le dossier {self.ref} n’est pas rejeté par un acte exécutoire")
        self.exiger_apres("la décision", self.decide_le)

    def notifier_rejet(self, edition: UUID) -> None:
        """Record that our letter was handed to the applicant; silent once it was notified with its remedies."""
        if self.notification is None or not self.notification.opposable:
            self.survient(DecisionNotifiee(recours=None, delai=self._delai(), edition=edition))

    def enregistrer_notification(self, recours: int | None, sha256: str, *, sans_recours: bool) -> None:
        """Record a notification on its proof, of the rejet or of the answer to a recours; the same proof again is silent.

        Refuse with GesteImpossible (nothing to notify), AvantLeJalon, or DejaFait (notified otherwise); a whole one may
        follow one that lacked the remedies.
        """
        if recours is None:
            self.exiger_rejete("enregistrer-notification")
            connue = self.notification
        else:
            connue = self._notification_du(recours)
        if connue is not None and self.effet_de(DecisionNotifiee, recours=recours, sha256=sha256) is not None:
            return self.redire(DecisionNotifiee, recours=recours, sha256=sha256)
        if connue is not None and connue.opposable:
            raise DecisionNotifiee.deja(f"Cette décision est déjà notifiée, le {connue.le:%d/%m/%Y}.")
        self.survient(DecisionNotifiee(recours=recours, delai=self._delai(), sha256=sha256, sans_recours=sans_recours))

    def _notification_du(self, rang: int) -> Notification | None:
        recours = self.recours.get(rang)
        fin = None if recours is None else recours.fin
        if recours is None or recours.delai is None or fin is None or fin.issue not in REJETS:
            raise self.impossible("enregistrer-notification", f"aucun rejet du recours gracieux n° {rang}")
        self.exiger_apres("la réponse au recours", fin.le)
        return recours.notification

    def _delai(self) -> Delai:
        return regle("recours_contentieux", self.jour).delai()


def delai_du_rejet(dossier: EtatDossier) -> Echeance | None:
    """Return the délai given to the applicant against its rejet; None when none runs, or a recours gracieux interrupted it."""
    terme = None if dossier.notification is None else dossier.notification.terme
    if terme is None or any(_du_demandeur(r) and r.le <= terme.dernier_jour for r in dossier.recours.values()):
        return None
    return terme


def delai_contentieux(dossier: EtatDossier, recours: Recours) -> Echeance | None:
    """Return the délai that a recours gracieux had interrupted, and that runs anew since; None when none does.

    It runs from the silence that rejected it, or from the notification of the answer that did; one that came too late had
    interrupted none. Source: CRPA L411-2, CJA R421-1.
    """
    if recours.interrompt is None:
        return None
    du_rejet = None if dossier.notification is None else dossier.notification.terme
    if _du_demandeur(recours) and du_rejet is not None and recours.le > du_rejet.dernier_jour:
        return None
    if recours.fin is not None:
        dite = recours.notification if recours.fin.issue in REJETS else None
        return None if dite is None else dite.terme
    ne_le = rejete_par_silence_le(recours)
    return None if ne_le is None else recours.interrompt.echoir(ne_le)


def delais_de_recours(dossier: EtatDossier) -> list[Echeance]:
    """Return every délai of recours contentieux that runs, or ran last."""
    tous = (delai_du_rejet(dossier), *(delai_contentieux(dossier, r) for r in dossier.recours.values()))
    return [delai for delai in tous if delai is not None]


def _du_demandeur(recours: Recours) -> bool:
    """Tell whether a recours interrupts the délai that the notification of the rejet began."""
    return (recours.nature, recours.par, recours.contre) == (GRACIEUX, "demandeur", DECISION)


def _a_notifier(recours: Recours) -> FinDeRecours | None:
    """Return the answer of a recours gracieux that its author is still to be notified of: one that rejects it."""
    fin = recours.fin
    rejete = fin is not None and recours.delai is not None and fin.issue in REJETS and recours.notification is None
    return fin if rejete else None


def attentes(dossier: EtatDossier) -> Iterator[Attente]:
    """Yield what is decided against somebody who is still to be told."""
    jalon = dossier.jalon
    if jalon is not None and rejet_a_dire(dossier) and not en_route(dossier.documents.values(), NatureDocument.REJET):
        gestes = dossier.a_faire("notifier-rejet", "enregistrer-notification")
        yield _attente(Cle("notification_rejet", "", jalon.version), jalon.depuis, gestes)
    for recours in dossier.recours.values() if dossier.oubli is None else ():
        if (fin := _a_notifier(recours)) is not None:
            cle = Cle("notification_recours", str(recours.rang), fin.version)
            yield _attente(cle, debut_de_jour(fin.le), dossier.a_faire("enregistrer-notification"))


def _attente(cle: Cle, depuis: Instant, gestes: tuple[GesteAttendu, ...]) -> Attente:
    return Attente(
        cle,
        de=Role.INSTRUCTEUR,
        depuis=depuis,
        gestes=gestes,
        nature=Nature.LOI,
        fondement="CRPA, art. L221-8",
        habituelle=timedelta(days=15),
    )

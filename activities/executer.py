"""Carry out what is due on one aggregate: the idempotent commands of the engine, one after the other."""

import time
from typing import Final

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.lire_attentes import MARGE, LireAttentes, relue_plus_tard
from application.automatisme import Ordre
from application.automatismes import executer
from application.consultations.attendu import WORKFLOW
from application.patience import patience
from kernel.attentes import Du
from kernel.illisible import FaitIllisible
from kernel.instants import Instant
from kernel.pannes import passer
from kernel.refus import Refus
from workflows.contrats import Attendu, DuEnAttente, Execution
from workflows.etapes import EXECUTER, EXECUTION_AU_PLUS

ENCHAINER_AU_PLUS_S: Final = 2.0
"""While this lasts, what becomes due meanwhile is done in the same step: a workflow task saved each time."""


class Executer:
    """Commands the services that `lecteur` reads."""

    def __init__(self, lecteur: LireAttentes) -> None:
        self._lecteur = lecteur

    @activity.defn(name=EXECUTER, no_thread_cancel_exception=True)
    def executer(self, execution: Execution) -> Attendu:
        """Carry out in order, then what it made due; return what is awaited then.

        Raises:
            ApplicationError: the first one was refused, by the code of its type; later refusals only end the step.
        """
        with patience((EXECUTION_AU_PLUS - MARGE).total_seconds()), relue_plus_tard():
            return self._enchainer(execution)

    def _enchainer(self, execution: Execution) -> Attendu:
        au = self._lecteur.juge_au(execution.au)
        tentes = set(execution.parques)
        a_faire, connus = list(execution.dus), set(execution.dus)
        fin = time.monotonic() + ENCHAINER_AU_PLUS_S
        while True:
            refus = self._executer(execution, a_faire, au, tentes)
            if refus is not None and tentes == set(execution.parques):
                # the code only: a message may quote what a person typed, and histories are plain text
                raise ApplicationError(refus.code, type=refus.code, non_retryable=True) from None
            # a reaction to our own facts is due from the instant the store gave them, a hair after `au`; a deadline is not
            lu, reactions = self._lecteur.attendu_et_reactions(execution.agregat, execution.id, au)
            a_faire = [
                d for d in lu.dus if d not in tentes and (d.instant <= au or (d in reactions and d not in connus))
            ]
            connus.update(lu.dus)
            if refus is not None or not a_faire or time.monotonic() > fin:
                return lu

    def _executer(
        self, execution: Execution, dus: list[DuEnAttente], au: Instant, tentes: set[DuEnAttente]
    ) -> Refus | None:
        """Carry out in order until one is refused; add to `tentes` those that were not."""
        for du in dus:
            voulu = Du(du.instant, du.automatisme, du.code, du.objet, du.ouverte_par)
            ordre = Ordre(execution.agregat, execution.id, voulu, max(au, du.instant), WORKFLOW)
            try:
                executer(ordre, self._lecteur.services)
            except FaitIllisible:
                raise
            except Refus as refus:
                return refus
            passer("executer.apres_ecriture")
            tentes.add(du)
        return None

"""Number, transmit, make exécutoire."""

import re

from aggregates.deliberation.acte.faits import (
    DeliberationNumerotee,
    DeliberationTransmise,
    NumeroDemande,
    RendueExecutoire,
)
from aggregates.deliberation.etat import EtatDeliberation
from kernel.refus import DejaFait, SaisieInvalide

SERIE = "deliberation"
_FLUX = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}")


class Acte(EtatDeliberation):
    """From the vote to the legal force."""

    def numeroter(self) -> None:
        """Ask for a number, or refuse with GesteImpossible before every line is decided; repeating it is silent."""
        self.exiger_preparee()
        if self.numero_demande is not None:
            return
        if not self.tranchee:
            raise self.impossible("numeroter", "toutes les lignes ne sont pas votées")
        votes = [ligne.vote_le for ligne in self.lignes.values() if ligne.vote_le is not None]
        if not votes:
            raise self.impossible("numeroter", "aucune ligne n’a été votée, il n’y a pas d’acte")
        self.survient(NumeroDemande(serie=SERIE, annee=max(votes).year))

    def recevoir_numero(self, numero: str) -> None:
        """Record the number given by the series, or refuse with GesteImpossible or DejaFait; repeating it is silent."""
        if self.numero_demande is None:
            raise self.impossible("numeroter", "aucun numéro n’est demandé")
        if self.numero is None:
            self.survient(DeliberationNumerotee(numero=numero))
        elif self.numero != numero:
            raise DejaFait(f"La délibération porte déjà le n° {self.numero}.", fait=DeliberationNumerotee.topic)

    def transmettre(self, flux: str) -> None:
        """Record the transmission, the same flow once; refuse with GesteImpossible, SaisieInvalide or DejaFait."""
        self.exiger_preparee()
        if self.numero is None:
            raise self.impossible("transmettre", "la délibération n’a pas de numéro")
        if not _FLUX.fullmatch(flux):
            raise SaisieInvalide(f"Identifiant de flux illisible : « {flux} ».", flux=flux)
        if self.flux is None:
            self.survient(DeliberationTransmise(flux=flux))
        elif self.flux != flux:
            raise DejaFait(f"La délibération est déjà transmise, flux {self.flux}.", fait=DeliberationTransmise.topic)

    def rendre_executoire(self) -> None:
        """Give it legal force, or refuse with GesteImpossible before its transmission; repeating it is silent."""
        self.exiger_preparee()
        if self.executoire is not None:
            return
        if self.transmise is None:
            raise self.impossible("rendre-executoire", "la délibération n’est pas transmise au contrôle de légalité")
        self.survient(RendueExecutoire())

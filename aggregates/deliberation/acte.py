"""What makes a vote an act: a number, its transmission to the préfet de région, its legal force."""

import re
from collections.abc import Iterator

from aggregates.deliberation.etat import EtatDeliberation, FaitDeliberation
from kernel.attentes import Attente, Cle, Nature, Role
from kernel.faits import Entete, Jalon, Noms
from kernel.instants import jour_de
from kernel.refus import SaisieInvalide


class NumeroDemande(FaitDeliberation, topic="deliberation.numero_demande.v1"):
    """A number was asked for in a series."""

    serie: str
    annee: int

    def appliquer(self, agregat: EtatDeliberation, entete: Entete) -> None:
        agregat.numero_demande, agregat.annee = Jalon.de(entete), self.annee

    def phrase(self, noms: Noms) -> str:
        return f"Numéro demandé dans la série {self.annee}."


class DeliberationNumerotee(FaitDeliberation, topic="deliberation.numerotee.v1"):
    """The act has its number, without hole or double."""

    numero: str

    def appliquer(self, agregat: EtatDeliberation, entete: Entete) -> None:
        agregat.numero, agregat.numerotee = self.numero, Jalon.de(entete)

    def phrase(self, noms: Noms) -> str:
        return f"Délibération n° {self.numero}."


class DeliberationTransmise(FaitDeliberation, topic="deliberation.transmise.v1"):
    """The act was sent to the préfet de région, in this flow of @CTES."""

    flux: str

    def appliquer(self, agregat: EtatDeliberation, entete: Entete) -> None:
        agregat.flux, agregat.transmise = self.flux, Jalon.de(entete)

    def phrase(self, noms: Noms) -> str:
        return f"Transmise au contrôle de légalité (flux {self.flux})."


class RendueExecutoire(FaitDeliberation, topic="deliberation.rendue_executoire.v1"):
    """The act has legal force: what it decides must be carried."""

    def appliquer(self, agregat: EtatDeliberation, entete: Entete) -> None:
        agregat.executoire = agregat.passe_decisions = agregat.passe_credits = Jalon.de(entete)
        agregat.executoire_le = jour_de(entete.effectif_le)

    def phrase(self, noms: Noms) -> str:
        return "Délibération rendue exécutoire."


SERIE = "deliberation"
_FLUX = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}")


class Acte(EtatDeliberation):
    """From the vote to the legal force."""

    def numeroter(self) -> None:
        """Ask for a number, or refuse with GesteImpossible before every line is decided; repeating it is silent."""
        self.exiger_preparee()
        if self.numero_demande is not None:
            return self.redire(NumeroDemande)
        if not self.tranchee:
            raise self.impossible("numeroter", "toutes les lignes ne sont pas votées")
        if self.vote_le is None:
            raise self.impossible("numeroter", "aucune ligne n’a été votée, il n’y a pas d’acte")
        self.exiger_apres("le vote", self.vote_le)
        self.survient(NumeroDemande(serie=SERIE, annee=self.vote_le.year))

    def recevoir_numero(self, numero: str) -> None:
        """Record the number given by the series, or refuse with GesteImpossible or DejaFait; repeating it is silent."""
        if self.numero_demande is None:
            raise self.impossible("numeroter", "aucun numéro n’est demandé")
        if self.numero is None:
            self.survient(DeliberationNumerotee(numero=numero))
        elif self.numero != numero:
            raise DeliberationNumerotee.deja(f"La délibération porte déjà le n° {self.numero}.")

    def transmettre(self, flux: str) -> None:
        """Record the transmission, the same flow once; refuse with GesteImpossible, SaisieInvalide or DejaFait."""
        self.exiger_preparee()
        if self.numero is None:
            raise self.impossible("transmettre", "la délibération n’a pas de numéro")
        if not _FLUX.fullmatch(flux):
            raise SaisieInvalide(f"Identifiant de flux illisible : « {flux} ».", flux=flux)
        if self.flux is None:
            self.exiger_apres("le vote", self.vote_le)
            self.survient(DeliberationTransmise(flux=flux))
        elif self.flux != flux:
            raise DeliberationTransmise.deja(f"La délibération est déjà transmise, flux {self.flux}.")
        else:
            self.redire(DeliberationTransmise)

    def rendre_executoire(self) -> None:
        """Give it legal force, or refuse with GesteImpossible before its transmission; repeating it is silent."""
        self.exiger_preparee()
        if self.executoire is not None:
            return self.redire(RendueExecutoire)
        if self.transmise is None:
            raise self.impossible("rendre-executoire", "la délibération n’est pas transmise au contrôle de légalité")
        self.exiger_apres("la transmission au contrôle de légalité", self.transmise)
        self.survient(RendueExecutoire())


_LEGALITE = "CGCT, art. L4141-1 (transmission au préfet de région)"


def attentes(deliberation: EtatDeliberation) -> Iterator[Attente]:
    """Yield the next step: ask for the number, give it (the engine), transmit, make exécutoire."""
    d = deliberation
    if not d.tranchee or not d.est_un_acte or d.executoire is not None or d.dernier_vote is None:
        return
    if d.numero_demande is None:
        yield _de_personne(d, "numerotation", "numeroter", d.dernier_vote, "registre des délibérations", Nature.USAGE)
    elif d.numerotee is None:
        yield Attente.du_moteur(
            "numero", d.numero_demande, "attribuer_numero", "registre des délibérations : ni trou ni double"
        )
    elif d.transmise is None:
        yield _de_personne(d, "transmission", "transmettre", d.numerotee, _LEGALITE, Nature.LOI)
    else:
        yield _de_personne(d, "force_executoire", "rendre-executoire", d.transmise, _LEGALITE, Nature.LOI)


def _de_personne(
    deliberation: EtatDeliberation, code: str, geste: str, ouverture: Jalon, fondement: str, nature: Nature
) -> Attente:
    return Attente(
        Cle(code, "", ouverture.version),
        de=Role.ASSEMBLEES,
        depuis=ouverture.depuis,
        gestes=deliberation.a_faire(geste),
        fondement=fondement,
        nature=nature,
    )

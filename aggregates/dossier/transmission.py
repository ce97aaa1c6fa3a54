"""A request that another authority may act on: transmitted to it, and the applicant told (CRPA L114-2 and L114-3)."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from aggregates.dossier.etat import AVANT_COMPLETUDE, Etat, EtatDossier, FaitDossier
from aggregates.dossier.silence import echeance_du_silence
from kernel.attentes import Attente, Cle, Nature, Role
from kernel.faits import Entete, Jalon, Noms


class TransmisAilleurs(FaitDossier, topic="dossier.transmis_ailleurs.v1"):
    """The request went to the authority that may act on it, named in the coffre; here it is over, and owes no accusé.

    `rejet_implicite_le`: when that authority's silence is a refusal, counted from our reception, the first (L114-3).
    """

    autorite: UUID
    rejet_implicite_le: date | None

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.transmission, agregat.transmis_a = Jalon.de(entete), self.autorite
        agregat.passer(Etat.CLOS, entete, issue="transmis")

    def phrase(self, noms: Noms) -> str:
        suite = ""
        if self.rejet_implicite_le is not None:
            suite = f" ; le silence de celle-ci vaudra rejet le {self.rejet_implicite_le:%d/%m/%Y}, compté de notre réception"
        return f"Demande transmise à l’autorité compétente ({noms.texte(self.autorite)}){suite}."


class TransmissionAvisee(FaitDossier, topic="dossier.transmission_avisee.v1"):
    """The applicant was told of the transmission, by a letter known by its digest."""

    sha256: str

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.transmission_avisee = True

    def phrase(self, noms: Noms) -> str:
        return f"Demandeur avisé de la transmission (lettre d’empreinte {self.sha256[:12]})."


class Transmission(EtatDossier):
    """Send a request on to whom it was for; tell the applicant."""

    def transmettre_ailleurs(self, autorite: UUID) -> None:
        """Send it on, or refuse with GesteImpossible once a proposition is made, or DejaFait (another authority)."""
        if self.issue == "transmis":
            if self.transmis_a == autorite:
                return self.redire(TransmisAilleurs)
            raise TransmisAilleurs.deja(f"Le dossier {self.ref} est déjà transmis à une autre autorité.")
        self.exiger("transmettre-ailleurs", *AVANT_COMPLETUDE, Etat.COMPLET, Etat.EN_INSTRUCTION)
        self.exiger_apres("la complétude", self.complet_le)
        echeance = echeance_du_silence(self)
        self.survient(
            TransmisAilleurs(autorite=autorite, rejet_implicite_le=None if echeance is None else echeance.dernier_jour)
        )

    def aviser_transmission(self, sha256: str) -> None:
        """Record that the applicant was told, or refuse with GesteImpossible or DejaFait (another letter)."""
        if self.transmission is None:
            raise self.impossible("aviser-transmission", "la demande n’est pas transmise à une autre autorité")
        if self.transmission_avisee:
            if self.effet_de(TransmissionAvisee, sha256=sha256) is not None:
                return self.redire(TransmissionAvisee, sha256=sha256)
            raise TransmissionAvisee.deja("Le demandeur est déjà avisé de la transmission, par une autre lettre.")
        self.exiger_apres("la transmission", self.transmission)
        self.survient(TransmissionAvisee(sha256=sha256))


def attentes(dossier: EtatDossier) -> Iterator[Attente]:
    """Yield the letter to the applicant, once the request went to another authority."""
    if dossier.transmission is not None and not dossier.transmission_avisee:
        yield Attente(
            Cle("avis_de_transmission", "", dossier.transmission.version),
            de=Role.INSTRUCTEUR,
            depuis=dossier.transmission.depuis,
            gestes=dossier.a_faire("envoyer-transmission", "aviser-transmission"),
            nature=Nature.LOI,
            fondement="CRPA, art. L114-2 : la transmission est dite au demandeur",
            habituelle=timedelta(days=5),
        )

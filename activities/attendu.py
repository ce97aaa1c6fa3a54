"""Turns what an aggregate awaits into the message its follow-up understands."""

from uuid import UUID

from application.consultations.attendu import Situation, dispositif_de_campagne, situation
from application.services import Services
from kernel.attentes import Du, Role, instants
from kernel.instants import Instant
from workflows.contrats import Attendu, DuEnAttente


class Lecteur:
    """Reads for the activities; shared by the threads of a worker."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self._dispositifs: dict[str, str | None] = {}

    def juge_au(self, au: Instant) -> Instant:
        """Return the instant at which what is due is judged: the one carried, or the own clock of a rehearsal store."""
        return self.services.maintenant() if self.services.store.enregistreur.est_repetition() else au

    def attendu(self, agregat: str, identifiant: UUID, au: Instant) -> Attendu:
        """Return what the aggregate awaits now; `au` is only carried back, what is due is a filter on it."""
        return self._message(situation(self.services.store, agregat, identifiant), au)

    def attendu_et_reactions(
        self, agregat: str, identifiant: UUID, au: Instant
    ) -> tuple[Attendu, frozenset[DuEnAttente]]:
        """Return also what is due because of what was just written: never a deadline, whatever the store's clock says."""
        vue = situation(self.services.store, agregat, identifiant)
        maintenant = self.services.maintenant()
        reactions = (a for a in vue.attentes if a.de is Role.SYSTEME and a.echeance == a.depuis)
        return self._message(vue, au), frozenset(
            en_attente(du) for attente in reactions for du in instants(attente) if du.instant <= maintenant
        )

    def _message(self, vue: Situation, au: Instant) -> Attendu:
        return Attendu(
            version=vue.version,
            ouvert=vue.ouvert,
            au=au,
            dus=tuple(en_attente(du) for du in vue.dus),
            details=vue.details,
            etape=vue.etape,
            dispositif=self._dispositif(vue),
            attend_de=vue.attend_de,
            repetition=self.services.store.enregistreur.est_repetition(),
        )

    def _dispositif(self, vue: Situation) -> str | None:
        if vue.dispositif is not None or vue.campagne is None:
            return vue.dispositif
        if self._dispositifs.get(vue.campagne) is None:  # a campagne never changes dispositif: asked once
            self._dispositifs[vue.campagne] = dispositif_de_campagne(self.services.store, vue.campagne)
        return self._dispositifs[vue.campagne]


def en_attente(du: Du) -> DuEnAttente:
    """Return the message of an automatisme."""
    return DuEnAttente(du.instant, du.automatisme, du.code, du.objet, du.ouverte_par)


def du_domaine(du: DuEnAttente) -> Du:
    """Return the automatisme of a message."""
    return Du(du.instant, du.automatisme, du.code, du.objet, du.ouverte_par)

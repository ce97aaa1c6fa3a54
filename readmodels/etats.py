"""The aggregates that projections read: folded once, then followed fact by fact from one batch to the next."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

from aggregates.registre import ESPECES
from kernel.agregat import Agregat, plier
from kernel.attentes import Attente
from kernel.faits import Inscription
from kernel.illisible import SUJET_INCONNU, FaitIllisible

FAITS_GARDES = 20_000
"""Facts kept from one batch to the next: about 50 MB, for the time of a catch-up."""

Nomme = tuple[str, UUID]
"""An aggregate by its kind and its id."""


class Etats:
    """For one catch-up, or one batch of a rebuild. What cannot be read is set aside: folded up to there, and named."""

    def __init__(self, lire: Callable[[Sequence[UUID]], Sequence[Inscription]]) -> None:
        self._lire = lire
        self._plies: dict[UUID, Agregat] = {}
        self.mis_de_cote: dict[Nomme, FaitIllisible] = {}
        self._position, self._faits = 0, 0

    def suivre(self, nouveaux: Sequence[Inscription], depuis: int) -> None:
        """Fold the facts that come after a position; streams that are not known are read, all of them at once.

        What is kept counts only if it was brought to that very position: another process may have read on meanwhile.
        """
        if depuis != self._position or self._faits > FAITS_GARDES:
            self._plies, self.mis_de_cote, self._faits = {}, {}, 0
        flux: defaultdict[Nomme, list[Inscription]] = defaultdict(list)
        for inscription in nouveaux:
            flux[inscription.entete.agregat, inscription.entete.id].append(inscription)
        a_lire: list[Nomme] = []
        for nomme, suite in flux.items():
            espece, agregat_id = nomme
            if espece not in ESPECES:
                self.mis_de_cote[nomme] = FaitIllisible.de(suite[0].entete, suite[0].fait.topic, SUJET_INCONNU)
                continue
            connu = self._plies.get(agregat_id)
            if connu is None and suite[0].entete.version == 1:
                connu = self._plies[agregat_id] = ESPECES[espece].classe(agregat_id)
            if connu is None or nomme in self.mis_de_cote or not _se_poursuit(connu, suite):
                self._plies.pop(agregat_id, None)
                a_lire.append(nomme)
        self.prevoir(a_lire)
        self._position = max((inscription.position or 0 for inscription in nouveaux), default=depuis)
        self._faits += len(nouveaux)

    def prevoir(self, nommes: Iterable[Nomme]) -> None:
        """Read together those that are not known yet."""
        inconnus = {agregat_id: espece for espece, agregat_id in nommes if agregat_id not in self._plies}
        if not inconnus:
            return
        lus: defaultdict[UUID, list[Inscription]] = defaultdict(list)
        for inscription in self._lire(list(inconnus)):
            lus[inscription.entete.id].append(inscription)
            self._faits += 1
        for agregat_id, espece in inconnus.items():
            self._plies[agregat_id] = self._plier(espece, agregat_id, lus[agregat_id])

    def charger(self, espece: str, agregat_id: UUID) -> Agregat:
        """Return the aggregate, at least at the version the batch brought it to, or as far as it could be read."""
        self.prevoir([(espece, agregat_id)])
        return self._plies[agregat_id]

    def attentes(self, agregat: Agregat) -> Sequence[Attente]:
        """Return what it awaits: nothing, when it is set aside."""
        nomme = (agregat.nom, agregat.id)
        if nomme in self.mis_de_cote:
            return ()
        try:
            return ESPECES[agregat.nom].attentes(agregat)
        except FaitIllisible as refus:
            self.mis_de_cote[nomme] = refus
            return ()

    def _plier(self, espece: str, agregat_id: UUID, inscriptions: Sequence[Inscription]) -> Agregat:
        classe: type[Agregat] = ESPECES[espece].classe
        while True:
            try:
                return plier(classe, agregat_id, inscriptions)
            except FaitIllisible as refus:
                self.mis_de_cote.setdefault((espece, agregat_id), refus)
                inscriptions = [i for i in inscriptions if i.entete.version < refus.champs["version"]]


def _se_poursuit(connu: Agregat, suite: Sequence[Inscription]) -> bool:
    """Fold what comes next; False when it cannot be, and the state is not to be trusted any more."""
    try:
        connu.poursuivre(suite)
    except Exception:  # what it is will be said once the whole stream is folded again
        return False
    return True

"""Where a request stands on each of the ways that run beside one another: its instruction, the act, the credits, the money.

That of its recours is there once one was filed. No fact says yet anything of its bilan: this way comes with them.
"""

from dataclasses import dataclass
from functools import partial
from typing import Final

from aggregates.deliberation import Deliberation
from aggregates.deliberation import Etat as EtatDeDeliberation
from aggregates.dossier import Dossier, Etat
from aggregates.dossier.etat import id_subvention_du
from aggregates.dossier.recours import recours_en_cours
from aggregates.subvention import Subvention
from application.consultations.moment import Moment
from application.services import Services
from application.store import sauf_illisible

_ACTE: Final = ("rapport préparé", "voté", "numéroté", "transmis au préfet", "exécutoire", "décisions portées")
"""The états of a délibération, after the one where nothing is prepared."""


@dataclass(frozen=True, slots=True)
class VoieDuDossier:
    """One of them: its steps in their order, and how many are behind; none while it is not begun."""

    nom: str
    etapes: tuple[str, ...]
    faites: int


def voies(services: Services, dossier: Dossier, moment: Moment) -> list[VoieDuDossier]:
    """Return them at that moment; what cannot be read is not begun."""
    lire = partial(services.store.charger_a, au=moment.au, connu_au=moment.connu_au)
    lequel = dossier.deliberation
    acte = None if lequel is None else sauf_illisible(partial(lire, Deliberation, lequel))
    subvention = sauf_illisible(partial(lire, Subvention, id_subvention_du(dossier.id))) or Subvention(dossier.id)
    return [
        _voie(
            "Instruction",
            ("déposé", dossier.existe),
            ("complet", dossier.complet_le is not None),
            ("proposé", dossier.proposition is not None),
            ("à l’ordre du jour", dossier.etat is Etat.INSCRIT or dossier.decide_le is not None),
            ("décidé", dossier.decide_le is not None),
        ),
        VoieDuDossier("Acte", _ACTE, 0 if acte is None else list(EtatDeDeliberation).index(acte.etat)),
        _voie(
            "Engagement",
            ("aide ouverte", subvention.existe),
            ("crédits engagés", subvention.engagee),
        ),
        _voie(
            "Paiement",
            ("échéancier fixé", bool(subvention.echeancier)),
            ("liquidé", subvention.liquide_centimes > 0),
            ("mandaté", subvention.mandate_centimes > 0),
            ("payé", subvention.paye_centimes > 0),
            ("tout est payé", subvention.tout_est_paye),
        ),
        *([_voie("Recours", ("formé", True), ("terminé", not recours_en_cours(dossier)))] if dossier.recours else []),
    ]


def _voie(nom: str, *etapes: tuple[str, bool]) -> VoieDuDossier:
    faites = max((rang for rang, (_, faite) in enumerate(etapes, 1) if faite), default=0)
    return VoieDuDossier(nom, tuple(dite for dite, _ in etapes), faites)

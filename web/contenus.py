"""What of a dossier the coffre holds, to who may read it: each view is in the journal of reads first, or is not shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from application import mots
from application.consultations.evenements import RESERVES
from application.journal import log
from application.masquage import MASQUE, est_masque
from application.noms import NomsDesServices, sans_les_textes
from application.services import Services
from application.site import LectureNonJournalisee
from web.acces import CONTENUS, AccesRefuse
from web.personne import Personne
from web.portes import Portes

LUS: Final = frozenset({"dossier", "subvention"})
"""Kinds of aggregates whose texts are those of a request."""
FAITS_DES_CONTENUS: Final = {"les avis": RESERVES}
"""The facts whose sentence says what such a content says."""
MASQUE_DIT: Final = "Les données personnelles de ce dossier sont masquées, à la demande d’une personne : elles sont gardées sous scellés."
NON_COMMUNICABLE: Final = "1 fait non communicable."


@dataclass(frozen=True)
class Regard:
    """What of it one person sees, this time: `permis`, once it is in the journal; `empeche` says why the rest is not."""

    ouverts: Services
    fermes: Services
    permis: frozenset[str]
    empeche: str = ""

    def sur(self, contenu: str) -> Services:
        """Return the doors through which that is read, the coffre being closed where it is not shown."""
        return self.ouverts if contenu in self.permis else self.fermes


def regarder(
    portes: Portes, personne: Personne, ref: str, objet: UUID, contenus: Iterable[str], espece: str = "dossier"
) -> Regard:
    """Note in the journal what of these a person may read, and return what it sees."""
    services, voulus = portes.services, frozenset(contenus)
    permis = frozenset(contenu for contenu in voulus if personne.roles & CONTENUS[contenu])
    reserves = [contenu for contenu in CONTENUS if contenu in voulus - permis]
    empeche = f"Vous ne lisez pas ici {', '.join(reserves)} : c’est réservé à d’autres rôles." if reserves else ""
    if est_masque(services, espece, objet, personne.roles):
        return Regard(services, sans_les_textes(services, MASQUE), frozenset(), MASQUE_DIT)
    if permis:
        try:
            quoi = ", ".join(contenu for contenu in CONTENUS if contenu in permis)
            portes.site.lectures.noter(personne.login, ref, objet, quoi)
        except LectureNonJournalisee as erreur:
            log.error("lecture.non_journalisee", pourquoi=type(erreur.__cause__).__name__)
            permis, empeche = frozenset(), erreur.message
    return Regard(services, sans_les_textes(services), permis, empeche)


def services_pour(portes: Portes, personne: Personne, espece: str, objet: UUID, contenu: str) -> Services:
    """Return the doors through which one aggregate is read: the texts of a request are not for everybody."""
    if espece not in LUS:
        return portes.services
    ref = NomsDesServices(portes.services).designer(espece, objet)
    return regarder(portes, personne, ref, objet, (contenu,), espece).sur(contenu)


def exiger_une_piece(portes: Portes, personne: Personne, ref: str, objet: UUID, piece: str) -> None:
    """Note that a person opens a pièce, or refuse with AccesRefuse or LectureNonJournalisee."""
    if est_masque(portes.services, "dossier", objet, personne.roles):
        raise AccesRefuse(MASQUE_DIT, "donnees_masquees")
    roles = CONTENUS["les pièces"]
    if not personne.roles & roles:
        raise AccesRefuse(f"Les pièces sont réservées : {mots.roles(roles)}.", "role_manquant")
    portes.site.lectures.noter(personne.login, ref, objet, f"la pièce « {piece} »")


def faits_fermes(personne: Personne) -> frozenset[str]:
    """Return the topics of the facts whose content a person does not read."""
    fermes = (topics for quoi, topics in FAITS_DES_CONTENUS.items() if not personne.roles & CONTENUS[quoi])
    return frozenset[str]().union(*fermes)


def communiquer(personne: Personne, lignes: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return lines of a history: of a fact that a person does not read, only that it is there, by whom and when."""
    caches, tu = faits_fermes(personne), {"phrase": NON_COMMUNICABLE}
    return [
        {**li, **tu, **({"changements": []} if "changements" in li else {})} if li["fait"] in caches else li
        for li in lignes
    ]

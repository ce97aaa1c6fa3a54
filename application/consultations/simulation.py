"""A draft règlement tried on a closed campagne: what each amount would have been, who gains, who loses, what it costs."""

from collections.abc import Iterator
from typing import Any

from aggregates.campagne import Campagne
from aggregates.dossier import Dossier
from aggregates.dossier.proposition import Propose
from application.commandes import FichierRecu
from application.consultations.recalcul import propose_de
from application.saisie import texte_utf8
from application.services import Services
from dispositifs.campagne import lire_campagne
from dispositifs.evaluation import EntreeDuCalcul, recalculer
from dispositifs.reglement import Reglement, Valeur, ValeurAbsente, ValeurSansSource
from kernel.refus import Refus


class CampagnePasClose(Refus, code="campagne_pas_close"):
    """A draft is tried on a campagne whose requests are all known."""


def simuler(services: Services, reference: str, projet: FichierRecu) -> dict[str, Any]:
    """Return what differs between the amounts that were computed and those of a draft, nothing being recorded.

    The frozen input of each proposition is computed again, its règlement alone being replaced; what was proposed without a
    calculation is only counted. A value of the draft that holds from a later day is taken as if it held already.

    Raises:
        ReferenceInconnue: there is no such campagne.
        CampagnePasClose: it still takes requests.
        YamlIllisible, CampagneInvalide, ValeurSansSource, ValeurAbsente: the file holds no règlement that can be computed.
    """
    campagne = services.trouver(Campagne, reference)
    if campagne.close_le is None:
        raise CampagnePasClose(
            f"La campagne {campagne.ref} n’est pas close : un projet s’essaie sur une campagne finie."
        )
    reglement = _lire(projet)
    calcules = sans_calcul = avant = apres = 0
    differences: list[dict[str, Any]] = []
    for dossier in services.store.ayant(Dossier, Propose):
        if dossier.campagne != campagne.ref:
            continue
        propose = propose_de(dossier)
        entree = None if propose is None else propose.entree
        if propose is None or entree is None:
            sans_calcul += 1
            continue
        calcules += 1
        alors, autrement = propose.calcule_centimes or 0, _calculer(entree, reglement)
        avant, apres = avant + alors, apres + autrement
        if alors != autrement:
            differences.append(
                {
                    "ref": dossier.ref,
                    "denomination": dossier.denomination,
                    "avant_centimes": alors,
                    "apres_centimes": autrement,
                    "ecart_centimes": autrement - alors,
                }
            )
    return {
        "campagne": campagne.ref,
        "reglement": None if campagne.ouverte is None else campagne.ouverte.reglement_ref,
        "version_du_projet": reglement.version,
        "calcules": calcules,
        "sans_calcul": sans_calcul,
        "avant_centimes": avant,
        "apres_centimes": apres,
        "cout_centimes": apres - avant,
        "gains_centimes": sum(d["ecart_centimes"] for d in differences if d["ecart_centimes"] > 0),
        "pertes_centimes": sum(d["ecart_centimes"] for d in differences if d["ecart_centimes"] < 0),
        "differences": sorted(differences, key=lambda d: (d["ecart_centimes"], d["ref"])),
    }


def _lire(projet: FichierRecu) -> Reglement:
    lu = lire_campagne(texte_utf8(projet))
    if lu.sans_source:
        raise ValeurSansSource([anomalie.parametre for anomalie in lu.sans_source])
    if lu.reglement is None:
        raise ValeurAbsente(["reglement"])
    return lu.reglement


def _calculer(entree: EntreeDuCalcul, reglement: Reglement) -> int:
    """Compute the frozen input under the draft, on the first day from which all of the draft holds."""
    au = max((entree.au, *(valeur.depuis for valeur in _valeurs(reglement))))
    autre = entree.model_copy(update={"reglement": reglement.en_json(), "au": au})
    return recalculer(autre).montant_centimes


def _valeurs(reglement: Reglement) -> Iterator[Valeur[Any]]:
    for nom in type(reglement).model_fields:
        if isinstance(valeur := getattr(reglement, nom), Valeur):
            yield valeur

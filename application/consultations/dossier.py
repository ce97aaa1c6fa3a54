"""A dossier as people and programs see it, at a date and as it was known; two dates compared."""

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from aggregates.dossier import Dossier, Etat
from aggregates.dossier.etat import id_subvention_du
from aggregates.dossier.silence import rejet_implicite_ne
from aggregates.subvention import Subvention
from aggregates.tiers import Tiers
from application.consultations.argent import montants
from application.consultations.moment import Moment
from application.consultations.renvois import attentes_suivies
from application.references import id_dossier
from application.services import Services
from kernel.agregat import Agregat

ETATS = tuple(etat.value for etat in Etat)
A = TypeVar("A", bound=Agregat)


@dataclass(frozen=True, slots=True)
class _Vus:
    dossier: Dossier
    tiers: Tiers | None
    subvention: Subvention
    """Without an opening, it does not exist yet."""


def voir(services: Services, reference: str, moment: Moment) -> dict[str, Any]:
    """Return the dossier document of the contract; refuse with ReferenceInconnue."""
    dossier_id = id_dossier(reference)
    connu = services.store.charger_existant(Dossier, dossier_id, reference)
    vus = _charger(services, dossier_id, moment)
    dossier = vus.dossier
    juge = moment.juge_a(services.maintenant())
    return {
        "ref": dossier.ref or connu.ref,
        "id": str(dossier.id),
        "version": dossier.version,
        "campagne": dossier.campagne,
        "tiers": None if dossier.tiers_id is None else str(dossier.tiers_id),
        "beneficiaire": _beneficiaire(vus),
        "objet": dossier.objet,
        "theme": dossier.theme,
        "territoire": {"qpv": list(dossier.qpv), "communes": list(dossier.communes)},
        "etat": dossier.etat.value,
        "issue": dossier.issue,
        "reglement": dossier.reglement,
        "drapeaux": _drapeaux(dossier),
        "montants": _montants(vus),
        "dates": _dates(dossier),
        "deliberation": None if dossier.deliberation is None else str(dossier.deliberation),
        "subvention": None if vus.subvention.ouverture is None else vus.subvention.ref,
        "decision_externe": None
        if dossier.decision_externe is None
        else dossier.decision_externe.model_dump(mode="json"),
        "source": None if dossier.source is None else dossier.source.model_dump(mode="json"),
        **moment.en_json(),
        "attentes": [a.en_json(juge) for a in attentes_suivies(services.store, dossier, moment)],
    }


def comparer(services: Services, reference: str, du: Moment, au: Moment) -> dict[str, Any]:
    """Return what differs between two moments of a dossier, path by path."""
    avant, apres = voir(services, reference, du), voir(services, reference, au)
    differences = [
        {"champ": champ, "avant": a, "apres": b}
        for champ, a, b in _paires(avant, apres)
        if a != b and champ not in {"au", "connu_au", "attentes"}
    ]
    return {"ref": apres["ref"] or avant["ref"], "du": du.en_json(), "au": au.en_json(), "differences": differences}


def _paires(avant: dict[str, Any], apres: dict[str, Any], prefixe: str = "") -> list[tuple[str, Any, Any]]:
    paires: list[tuple[str, Any, Any]] = []
    for cle in apres.keys() | avant.keys():
        a, b = avant.get(cle), apres.get(cle)
        if isinstance(a, dict) and isinstance(b, dict):
            paires += _paires(a, b, f"{prefixe}{cle}.")
        else:
            paires.append((prefixe + cle, a, b))
    return sorted(paires, key=lambda paire: paire[0])


def _charger(services: Services, dossier_id: UUID, moment: Moment) -> _Vus:
    def lire(classe: type[A], agregat_id: UUID) -> A:
        return services.store.charger_a(classe, agregat_id, au=moment.au, connu_au=moment.connu_au)

    dossier = lire(Dossier, dossier_id)
    return _Vus(
        dossier,
        None if dossier.tiers_id is None else lire(Tiers, dossier.tiers_id),
        lire(Subvention, id_subvention_du(dossier_id)),
    )


def _beneficiaire(vus: _Vus) -> dict[str, str | None]:
    """Who asks: as the dépôt said it, else as the tiers is known."""
    dossier, tiers = vus.dossier, vus.tiers
    if dossier.denomination or tiers is None:
        return {"siret": dossier.siret, "denomination": dossier.denomination}
    return {"siret": tiers.siret, "denomination": tiers.denomination}


def _drapeaux(dossier: Dossier) -> list[str]:
    drapeaux = []
    if rejet_implicite_ne(dossier):
        drapeaux.append("rejet_implicite_ne")
    if dossier.source is not None:
        drapeaux.append("repris")
    return drapeaux


def _montants(vus: _Vus) -> dict[str, int | None]:
    dossier, subvention = vus.dossier, vus.subvention
    proposition = dossier.proposition
    vote = dossier.vote_centimes
    if vote is None and subvention.ouverture is not None:
        vote = subvention.vote_centimes
    return {
        "demande_centimes": dossier.demande_centimes,
        "base_eligible_centimes": None if proposition is None else proposition.base_eligible_centimes,
        "propose_centimes": None if proposition is None else proposition.montant_centimes,
        **montants(subvention),
        "vote_centimes": vote,
        "reverse_centimes": 0,  # no fact says yet what came back
    }


def _dates(dossier: Dossier) -> dict[str, str | None]:
    dates: dict[str, date | None] = {
        "depose_le": dossier.depose_le,
        "enregistre_le": dossier.enregistre_le,
        "recu_le": dossier.recu_le,
        "complet_le": dossier.complet_le,
        "decide_le": dossier.decide_le,
    }
    return {nom: None if jour is None else jour.isoformat() for nom, jour in dates.items()}

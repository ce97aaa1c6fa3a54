"""What each fact changes in what people are shown of a dossier, of an award: field by field, before and after."""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from aggregates.dossier import Dossier
from aggregates.registre import ESPECES
from aggregates.subvention import Subvention
from application.consultations.dossier import DATES
from application.consultations.historique import connues, ligne
from application.consultations.moment import Moment
from application.consultations.voir import montants
from application.noms import NomsDesServices
from application.services import Services
from kernel.agregat import Agregat
from kernel.faits import Inscription

MONTRES: Final = frozenset({"dossier", "subvention"})
"""Kinds of aggregates whose fields are told: the facts of the others say all they change."""
Changements = list[dict[str, Any]]
"""Of one fact: `champ`, by the name it has in the documents of the contract, `avant` and `apres`."""


def histoire(services: Services, agregat_id: UUID, moment: Moment) -> list[dict[str, Any]]:
    """Return the lines of `historique`, each with its `changements`."""
    noms, lues = NomsDesServices(services), connues(services.store.inscriptions(agregat_id), moment)
    trouves = changements(lues)
    return [{**ligne(i, noms), "changements": trouves.get(i.entete.version, [])} for i in lues]


def changements(inscriptions: Iterable[Inscription]) -> dict[int, Changements]:
    """Return what each fact of a stream changes, by version, in the order they were recorded; nothing of other kinds.

    After a fact that cannot be read nothing is known to change: its sentence says why.
    """
    trouves: dict[int, Changements] = {}
    etat: Agregat | None = None
    avant: dict[str, Any] = {}
    for inscription in inscriptions:
        entete = inscription.entete
        if entete.agregat not in MONTRES:
            break
        try:
            if etat is None:
                etat = ESPECES[entete.agregat].classe(entete.id)
                avant = montre(etat)
            etat.poursuivre([inscription])
        except Exception:
            return trouves
        apres = montre(etat)
        trouves[entete.version] = [
            {"champ": champ, "avant": avant[champ], "apres": apres[champ]}
            for champ in apres
            if avant[champ] != apres[champ] and (avant[champ] or apres[champ])
        ]
        avant = apres
    return trouves


def montre(agregat: Agregat) -> dict[str, Any]:
    """Return the fields that a fact may change, of a dossier or of an award; amounts in euro cents."""
    if isinstance(agregat, Dossier):
        proposition = agregat.proposition
        return {
            "etat": agregat.etat.value if agregat.existe else None,
            "issue": agregat.issue,
            "objet": agregat.objet,
            "beneficiaire.siret": agregat.siret,
            "tiers": agregat.tiers_id and str(agregat.tiers_id),
            "reglement": agregat.reglement,
            "deliberation": agregat.deliberation and str(agregat.deliberation),
            **{f"dates.{nom}": jour and jour.isoformat() for nom in DATES for jour in (getattr(agregat, nom),)},
            "montants.demande_centimes": agregat.demande_centimes,
            "montants.base_eligible_centimes": None if proposition is None else proposition.base_eligible_centimes,
            "montants.propose_centimes": None if proposition is None else proposition.montant_centimes,
            "montants.vote_centimes": agregat.vote_centimes,
        }
    if isinstance(agregat, Subvention):
        connus = montants(agregat) if agregat.existe else dict.fromkeys(montants(agregat))
        return {**{f"montants.{nom}": valeur for nom, valeur in connus.items()}, "terme": agregat.terme}
    return {}

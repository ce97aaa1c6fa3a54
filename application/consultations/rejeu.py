"""A dossier played again, fact by fact, its award included: what was known after each, of what was true at a date."""

from dataclasses import dataclass
from typing import Any

from aggregates.dossier import Dossier
from aggregates.dossier.etat import id_subvention_du
from aggregates.registre import attentes
from aggregates.subvention import Subvention
from application.consultations.changements import Changements, changements, montre
from application.consultations.historique import ligne
from application.noms import NomsDesServices
from application.services import Services
from kernel.agregat import Agregat, plier
from kernel.faits import Inscription
from kernel.identifiants import ReferenceInconnue
from kernel.instants import Effet, instant_de


@dataclass(frozen=True, slots=True)
class Rejeu:
    """`lignes` are those of `historique`, in recording order; `etat` what people are shown, by champ, after the fact `rang`."""

    ref: str
    campagne: str
    objet: str
    lignes: list[dict[str, Any]]
    rang: int
    changements: Changements
    etat: dict[str, Any]
    attentes: list[dict[str, Any]]


def rejouer(services: Services, reference: str, rang: int | None, au: Effet | None = None) -> Rejeu:
    """Return the dossier as it was known once its fact `rang` was recorded, counted from 1; None is the last one.

    Args:
        services: where it is read.
        reference: the number of the dossier.
        rang: which fact, of the dossier and of its award together, in recording order.
        au: what was true by then only; what is awaited is counted then.

    Raises:
        ReferenceInconnue: no such dossier, or no such fact of it.
    """
    dossier = services.trouver(Dossier, reference)
    flux = services.store.inscriptions
    tous = sorted([*dossier.inscriptions, *flux(id_subvention_du(dossier.id))], key=lambda i: i.position or 0)
    rang = len(tous) if rang is None else rang
    if not 1 <= rang <= len(tous):
        raise ReferenceInconnue(f"Le dossier {dossier.ref} n’a pas de fait à ce rang.", reference=str(rang))
    fait, noms = tous[rang - 1], NomsDesServices(services)
    connus = tous[:rang]
    etats = [_plier(classe, connus, au) for classe in (Dossier, Subvention)]
    juge = fait.enregistre_le if au is None else instant_de(au)
    siens = [i for i in connus if i.entete.id == fait.entete.id]
    return Rejeu(
        ref=dossier.ref,
        campagne=dossier.campagne,
        objet=dossier.objet,
        lignes=[{**ligne(i, noms), "agregat": i.entete.agregat} for i in tous],
        rang=rang,
        changements=changements(siens).get(fait.entete.version, []),
        etat={
            champ: valeur for etat in reversed(etats) for champ, valeur in montre(etat).items() if valeur is not None
        },
        attentes=[a.en_json(juge or services.maintenant()) for etat in etats if etat.existe for a in attentes(etat)],
    )


def _plier(classe: type[Agregat], connus: list[Inscription], au: Effet | None) -> Agregat:
    siens = [i for i in connus if i.entete.agregat == classe.nom]
    identifiant = siens[0].entete.id if siens else connus[0].entete.id
    return plier(classe, identifiant, siens, au=au)

"""The history of any aggregate: every fact, its sentence, its two dates, and the one it corrects."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from aggregates.registre import ESPECES
from application.consultations.examen import est_a_reexaminer, examiner_d_abord
from application.consultations.moment import Moment
from application.consultations.renvois import attentes_suivies
from application.consultations.voir import lire
from application.noms import NomsDesServices
from application.services import Services
from kernel.agregat import Agregat
from kernel.faits import Inscription
from kernel.illisible import FaitIllisible
from kernel.instants import instant_de, jour_de, rfc3339, texte_d_effet


def exiger_id(services: Services, espece: str, reference: str) -> UUID:
    """Return the id of an aggregate that exists, or refuse with ReferenceIllisible or ReferenceInconnue.

    One that cannot be read has a history all the same: it is there that one sees what is not read.
    """
    try:
        agregat: Agregat = services.trouver(ESPECES[espece].classe, reference)
    except FaitIllisible as refus:
        return UUID(refus.champs["id"])
    return agregat.id


def historique(services: Services, agregat_id: UUID, moment: Moment) -> list[dict[str, Any]]:
    """Return the facts recorded by `connu_au` and effective by `au`, in recording order; none is ever dropped."""
    noms = NomsDesServices(services)
    return [ligne(inscription, noms) for inscription in connues(services.store.inscriptions(agregat_id), moment)]


def connues(inscriptions: Iterable[Inscription], moment: Moment) -> list[Inscription]:
    """Return those recorded by `connu_au` and effective by `au`."""
    return [
        i
        for i in inscriptions
        if (moment.connu_au is None or (i.enregistre_le is not None and i.enregistre_le <= moment.connu_au))
        and (moment.au is None or instant_de(i.entete.effectif_le) <= instant_de(moment.au))
    ]


def ligne(inscription: Inscription, noms: NomsDesServices) -> dict[str, Any]:
    """Return one line of a history, as the contract gives it."""
    entete = inscription.entete
    return {
        "position": inscription.position,
        "version": entete.version,
        "fait": inscription.fait.topic,
        "phrase": inscription.fait.phrase(noms.sur(entete)),
        "effectif_le": texte_d_effet(entete.effectif_le),
        "enregistre_le": None if inscription.enregistre_le is None else rfc3339(inscription.enregistre_le),
        "acteur": entete.acteur,
        "habilitation": entete.habilitation,
        "commande_id": str(entete.commande_id),
        "cause": None if entete.cause is None else str(entete.cause),
        "corrige": entete.corrige,
    }


def attentes_de(services: Services, espece: str, reference: str, moment: Moment) -> list[dict[str, Any]]:
    """Return what an aggregate awaited at that moment, late days counted then; each act once, where its geste is done."""
    agregat = lire(services, espece, reference, moment).lu
    juge = moment.juge_a(services.maintenant())
    suivies = attentes_suivies(services.store, agregat, moment)
    if est_a_reexaminer(services, agregat, jour_de(juge)):
        suivies = examiner_d_abord(suivies)
    return [a.en_json(juge) for a in suivies]

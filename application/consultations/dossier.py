"""A dossier as people and programs see it, at a date and as it was known; two dates compared."""

import json
from datetime import date
from functools import partial
from typing import Any

from aggregates.dossier import Dossier
from aggregates.dossier.envois import delais_non_opposables
from aggregates.dossier.etat import id_subvention_du
from aggregates.dossier.financement import (
    aides_publiques,
    change_depuis_la_proposition,
    courants,
    libelle,
    postes_doubles,
)
from aggregates.dossier.notification import delai_du_rejet
from aggregates.dossier.recours import recours_en_cours
from aggregates.dossier.silence import echeance_du_silence, rejet_implicite_ne, rejet_implicite_remplace
from aggregates.subvention import Subvention
from aggregates.tiers import Tiers
from application.consultations.demande import eligibilite, motifs_releves
from application.consultations.documents import documents
from application.consultations.doubles import memes_demandes
from application.consultations.examen import est_a_reexaminer, examiner_d_abord
from application.consultations.moment import Moment
from application.consultations.renvois import attentes_suivies
from application.consultations.voir import montants
from application.financements import autres_aides
from application.noms import NomsDesServices, absence
from application.services import Services
from application.store import Nommes, sauf_illisible
from dispositifs.financeurs import NOUS, financeurs
from dispositifs.identites import NUMEROS
from kernel.delais import Echeance
from kernel.instants import Instant, jour_de

DATES = ("envoye_le", "depose_le", "enregistre_le", "recu_le", "complet_le", "decide_le", "rejet_notifie_le")

_A_PART = frozenset(
    {
        "au",
        "connu_au",
        "attentes",
        "documents",
        "meme_demande",
        "eligibilite",
        "motifs",
        "budget",
        "financement",
        "illisibles",
        "silence",
        "recours_contentieux",
    }
)
"""What is not compared between two moments: the date itself, and what is shown whole elsewhere."""


def voir(services: Services, reference: str, moment: Moment) -> dict[str, Any]:
    """Return the dossier document of the contract; refuse with ReferenceInconnue.

    What goes with it and cannot be read is one of its `illisibles`, and its amounts are unknown: the rest is told.
    """
    nommes: Nommes = {}
    connu = services.trouver(Dossier, reference)
    lire = partial(services.store.charger_a, au=moment.au, connu_au=moment.connu_au)
    dossier = lire(Dossier, connu.id)
    tiers = None if dossier.tiers_id is None else sauf_illisible(partial(lire, Tiers, dossier.tiers_id), nommes)
    subvention = sauf_illisible(partial(lire, Subvention, id_subvention_du(connu.id)), nommes)
    juge = moment.juge_a(services.maintenant())
    pourquoi, doute = delais_non_opposables(dossier, juge), est_a_reexaminer(services, dossier, jour_de(juge))
    suivies = attentes_suivies(services.store, dossier, moment, nommes)
    return {
        "ref": dossier.ref or connu.ref,
        "id": str(dossier.id),
        "version": dossier.version,
        "campagne": dossier.campagne,
        "tiers": None if dossier.tiers_id is None else str(dossier.tiers_id),
        "beneficiaire": _beneficiaire(dossier, tiers),
        "objet": dossier.objet,
        "meme_demande": []
        if tiers is None
        else [d.ref for d in memes_demandes(services.store, dossier, tiers, nommes)],
        "theme": dossier.theme,
        "canal": dossier.canal,
        "charge": dossier.charge,
        "groupe": dossier.groupe,
        "territoire": {"qpv": list(dossier.qpv), "communes": list(dossier.communes)},
        "eligibilite": eligibilite(dossier),
        "motifs": motifs_releves(dossier),
        "budget": _budget(dossier, services),
        "financement": _financement(dossier, services),
        "etat": dossier.etat.value,
        "issue": dossier.issue,
        "reglement": dossier.reglement,
        "drapeaux": _drapeaux(dossier, juge, doute=doute),
        "silence": _silence(dossier),
        "montants": _montants(dossier, subvention),
        "dates": _dates(dossier, opposable=pourquoi is None),
        "deliberation": None if dossier.deliberation is None else str(dossier.deliberation),
        "subvention": _subvention(connu, subvention),
        "decision_externe": None
        if dossier.decision_externe is None
        else dossier.decision_externe.model_dump(mode="json"),
        "source": None if dossier.source is None else dossier.source.model_dump(mode="json"),
        **moment.en_json(),
        "attentes": [a.en_json(juge) for a in (examiner_d_abord(suivies) if doute else suivies)],
        "delais_non_opposables": pourquoi,
        "recours_contentieux": _recours(delai_du_rejet(dossier), pourquoi),
        "documents": documents(dossier),
        "illisibles": list(nommes.values()),
    }


def comparer(services: Services, reference: str, du: Moment, au: Moment) -> dict[str, Any]:
    """Return what differs between two moments of a dossier, path by path."""
    avant, apres = voir(services, reference, du), voir(services, reference, au)
    differences = [
        {"champ": champ, "avant": a, "apres": b}
        for champ, a, b in _paires(avant, apres)
        if a != b and champ not in _A_PART
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


def _beneficiaire(dossier: Dossier, tiers: Tiers | None) -> dict[str, str | None]:
    """Who asks: as the dépôt said it, else as the tiers is known."""
    if dossier.denomination or tiers is None:
        return {**{nom: getattr(dossier, nom) for nom in NUMEROS}, "denomination": dossier.denomination}
    return {**{nom: getattr(tiers.identite, nom, None) for nom in NUMEROS}, "denomination": tiers.denomination}


def _budget(dossier: Dossier, services: Services) -> dict[str, Any] | None:
    """Return the budget as it was filed, None when it is not known: once forgotten, its accounts, kinds and amounts stand."""
    charges, produits = dossier.charges, dossier.produits
    if not charges and not produits:
        return None
    dits = json.loads((dossier.textes and services.coffre.lire(dossier.textes)) or "{}")
    postes = dits.get("postes", [ligne.poste for ligne in charges])
    libelles, financeurs = (
        dits.get(nom, [absence(services.coffre)] * len(lignes))
        for nom, lignes in (("libelles", charges), ("financeurs", produits))
    )
    return {
        "charges": [
            {"poste": poste, "libelle": libelle, "montant_centimes": ligne.montant_centimes}
            for poste, libelle, ligne in zip(postes, libelles, charges, strict=True)
        ],
        "produits": [
            {
                "financeur": nom,
                "code": ligne.financeur,
                "genre": _genre(ligne.financeur),
                "montant_centimes": ligne.montant_centimes,
            }
            for nom, ligne in zip(financeurs, produits, strict=True)
        ],
    }


def _genre(code: str | None) -> str | None:
    """Return what an entry of the references is to us: nous, public or autre; None when the financeur is unknown."""
    connu = None if code is None else financeurs().get(code)
    if connu is None:
        return None
    return "nous" if code == NOUS else "public" if connu.est_public else "autre"


def _financement(dossier: Dossier, services: Services) -> dict[str, Any] | None:
    """Return who finances beside what is asked here, what the public aids make of the cost, and the costs with two funders."""
    if not dossier.produits and not dossier.financements:
        return None
    noms = NomsDesServices(services)
    publiques = sum(ligne.montant_centimes for ligne in aides_publiques(dossier, autres_aides(dossier, services)))
    return {
        "codes": [
            {
                "ligne": f.ligne,
                "financeur": f.financeur,
                "qui": libelle(f.financeur) if f.tiers is None else noms.tiers(f.tiers),
                "public": f.public,
                "stade": f.stade,
                "montant_centimes": f.montant_centimes,
                "poste": f.poste,
                "source": noms.texte(f.source),
                "version": f.version,
            }
            for f in courants(dossier)
        ],
        "aides_publiques_centimes": publiques,
        "charges_centimes": sum(ligne.montant_centimes for ligne in dossier.charges),
        "postes_doubles": postes_doubles(dossier),
    }


def _subvention(dossier: Dossier, subvention: Subvention | None) -> str | None:
    """Return the number of its award, None when there is none; its id when it cannot be read: that is a reference too."""
    if subvention is None:
        return str(id_subvention_du(dossier.id))
    return None if subvention.ouverture is None else subvention.ref


def _silence(dossier: Dossier) -> dict[str, Any] | None:
    """Return how the silence is counted, step by step, as `delai` does; None when it does not run."""
    echeance = echeance_du_silence(dossier)
    return None if echeance is None else echeance.en_json()


def _drapeaux(dossier: Dossier, juge: Instant, *, doute: bool) -> list[str]:
    proposition = dossier.proposition
    leves = {
        "delais_non_opposables": delais_non_opposables(dossier, juge) is not None,
        "rejet_implicite_ne": rejet_implicite_ne(dossier),
        "rejet_implicite_remplace": rejet_implicite_remplace(dossier),
        "recours_en_cours": recours_en_cours(dossier),
        "rejet_propose": proposition is not None and proposition.cause is not None and dossier.tient_encore,
        "derogation": proposition is not None and proposition.derogation is not None,
        "financement_change": dossier.tient_encore and change_depuis_la_proposition(dossier),
        "eligibilite_a_reexaminer": doute,
        "postes_doubles": bool(postes_doubles(dossier)),
        "controle_en_cours": dossier.controle is not None,
        "donnees_masquees": dossier.masque is not None,
        "demarrage_autorise": dossier.demarrage_autorise is not None,
        "repris": dossier.source is not None,
    }
    return [code for code, leve in leves.items() if leve]


def _montants(dossier: Dossier, subvention: Subvention | None) -> dict[str, int | None]:
    proposition = dossier.proposition
    vote = dossier.vote_centimes
    if vote is None and subvention is not None and subvention.ouverture is not None:
        vote = subvention.vote_centimes
    de_l_aide: dict[str, int | None] = {**montants(subvention or Subvention(dossier.id))}
    return {
        "demande_centimes": dossier.demande_centimes,
        "base_eligible_centimes": None if proposition is None else proposition.base_eligible_centimes,
        "propose_centimes": None if proposition is None else proposition.montant_centimes,
        **(de_l_aide if subvention is not None else dict.fromkeys(de_l_aide)),
        "vote_centimes": vote,
        "reverse_centimes": 0,  # no fact says yet what came back
    }


def _recours(delai: Echeance | None, pourquoi: str | None) -> dict[str, Any] | None:
    """Return the délai that the notification of the rejet began, and why it does not run against the applicant, if so."""
    return None if delai is None else {**delai.en_json(), "opposable": pourquoi is None, "pourquoi": pourquoi}


def _dates(dossier: Dossier, *, opposable: bool) -> dict[str, str | None]:
    """Return its dates; a délai of recours that does not run against the applicant has no last day."""
    recours = delai_du_rejet(dossier) if opposable else None
    dates: dict[str, date | None] = {
        **{nom: getattr(dossier, nom) for nom in DATES},
        "recours_jusqu_au": None if recours is None else recours.dernier_jour,
    }
    return {nom: None if jour is None else jour.isoformat() for nom, jour in dates.items()}

"""One aggregate as people and programs see it, at a date and as it was known; a dossier, which says more, is in dossier.py."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from aggregates.registre import ESPECES
from application.consultations.moment import Moment
from application.habilitations import supplees
from application.noms import NomsDesServices
from application.services import Services
from application.store import sauf_illisible
from dispositifs.droit import est_de_droit_public

if TYPE_CHECKING:  # a reading imports the one kind it is of
    from aggregates.agents import Agent
    from aggregates.assemblee import Assemblee
    from aggregates.bordereau import Bordereau
    from aggregates.campagne import Campagne
    from aggregates.deliberation import Deliberation
    from aggregates.enveloppe import Enveloppe
    from aggregates.seance import Seance
    from aggregates.subvention import Subvention
    from aggregates.tiers import Tiers


@dataclass(frozen=True, slots=True)
class Vue:
    """An aggregate as it is known today, where its number is known, and as it was at a moment; now, they are one."""

    services: Services
    connu: Any
    lu: Any
    moment: Moment


def lire(services: Services, espece: str, reference: str, moment: Moment) -> Vue:
    """Return both, or refuse with ReferenceIllisible or ReferenceInconnue."""
    classe = ESPECES[espece].classe
    connu = lu = services.trouver(classe, reference)
    if moment != Moment():
        lu = services.store.charger_a(classe, connu.id, au=moment.au, connu_au=moment.connu_au)
    return Vue(services, connu, lu, moment)


def voir(services: Services, espece: str, reference: str, moment: Moment) -> dict[str, Any]:
    """Return what is known of an aggregate, or refuse with ReferenceIllisible or ReferenceInconnue."""
    vue = lire(services, espece, reference, moment)
    return {**entete(vue.lu), "ref": vue.connu.ref, **DIRE[espece](vue.lu, vue), **moment.en_json()}


def entete(agregat: Any) -> dict[str, Any]:
    """Return what is said of every aggregate."""
    return {"ref": agregat.ref, "id": str(agregat.id), "version": agregat.version}


def _agent(agent: "Agent", vue: Vue) -> dict[str, Any]:
    """Return the roles held at that moment, those held in another's place, and its absences, past ones included."""
    a, store = vue.moment.juge_a(vue.services.maintenant()), vue.services.store
    lire = partial(store.charger_a, type(agent), au=vue.moment.au, connu_au=vue.moment.connu_au)
    lus = (sauf_illisible(partial(lire, i)) for i in store.enregistreur.ids_par_topic("agent.absence_declaree.v1"))
    autres = (autre for autre in lus if autre is not None)
    return {
        "roles": sorted(role.value for role in agent.roles(a)),
        "supplee": {role.value: absent for role, absent in sorted(supplees(autres, agent.ref, a).items())},
        "absences": [
            {"du": absence.du.isoformat(), "au": absence.jusqu_au.isoformat(), "suppleant": absence.suppleant}
            for absence in sorted(agent.absences.values(), key=lambda absence: absence.du)
        ],
    }


def _assemblee(assemblee: "Assemblee", vue: Vue) -> dict[str, Any]:
    """Return each of its compositions, the last one first."""
    noms = NomsDesServices(vue.services)
    return {
        "compositions": [
            {
                "depuis": composition.depuis.isoformat(),
                "source": noms.texte(composition.source),
                "president": composition.president,
                "membres": list(composition.membres),
            }
            for _, composition in sorted(assemblee.compositions.items(), reverse=True)
        ]
    }


def _seance(seance: "Seance", _: Vue) -> dict[str, Any]:
    """Return its day, how far it went, and the attendance sheet of its opening."""
    return {
        "etat": seance.etat.value,
        "jour": None if seance.jour is None else seance.jour.isoformat(),
        "presences": [
            {"membre": p.membre, "statut": p.statut, "pouvoir_a": p.pouvoir_a}
            for p in (() if seance.feuille is None else seance.feuille.presences)
        ],
        "mouvements": len(seance.mouvements),
    }


def _deliberation(d: "Deliberation", vue: Vue) -> dict[str, Any]:
    """Return its lines, what each puts to the vote and was given, how far the act went."""
    from application.consultations.deliberations import dire_derogation

    noms = NomsDesServices(vue.services)
    return {
        "etat": d.etat.value,
        "jour": None if d.jour is None else d.jour.isoformat(),
        "numero": d.numero,
        "flux": d.flux,
        "executoire_le": None if d.executoire_le is None else d.executoire_le.isoformat(),
        "lignes": [
            {
                "ligne": ligne.rapport.ligne,
                "dossier": ligne.rapport.ref,
                "nature": ligne.rapport.nature.value,
                "cause": ligne.rapport.cause,
                "propose_centimes": ligne.rapport.montant_propose_centimes,
                "derogation": dire_derogation(ligne, noms) or None,
                "resultat": None if ligne.resultat is None else ligne.resultat.value,
                "vote_centimes": ligne.vote_centimes if ligne.votee else None,
                "portee": ligne.portee,
                "refus": ligne.refus,
                "scrutin": _scrutin(d.votes.get(ligne.vote)),
            }
            for ligne in d.lignes.values()
        ],
    }


def _scrutin(vote: Any) -> dict[str, Any] | None:
    """Return the counts of a vote, and on which quorum it stood."""
    from aggregates.deliberation.scrutin import ScrutinTenu

    if not isinstance(vote, ScrutinTenu):
        return None
    return {
        "vote_le": vote.vote_le.isoformat(),
        **{nom: getattr(vote, nom) for nom in ("pour", "contre", "abstentions", "nppv", "requis", "en_exercice")},
        "presents": len(vote.presents),
        "preside_par": vote.preside_par,
        "voix_preponderante": vote.voix_preponderante,
    }


def _campagne(campagne: "Campagne", _: Vue) -> dict[str, Any]:
    """Return a campaign with its règlement; only its name before it opened."""
    return {**campagne_en_bref(campagne), "reglement": getattr(campagne.ouverte, "reglement", None)}


def campagne_en_bref(campagne: "Campagne") -> dict[str, Any]:
    """Return a campaign without its règlement."""
    ouverte = campagne.ouverte
    dates = {nom: getattr(ouverte, nom, None) for nom in ("ouvre_le", "ferme_le")}
    return {
        **{nom: getattr(ouverte, nom, None) for nom in ("dispositif", "exercice", "nature")},
        "etat": "preparee" if ouverte is None else "ouverte" if campagne.close_le is None else "close",
        **{nom: None if jour is None else jour.isoformat() for nom, jour in dates.items()},
        "reglement_ref": getattr(ouverte, "reglement_ref", None),
    }


def _enveloppe(e: "Enveloppe", _: Vue) -> dict[str, Any]:
    """Return what is voted, reserved, engaged, waiting and left, in cents."""
    return {
        "budget_vote": e.budget_vote,
        "vote_centimes": e.vote_centimes,
        "reserve_centimes": e.reserve_centimes,
        "engage_centimes": e.engage_centimes,
        "en_attente_centimes": sum(demande.total_centimes for demande in e.en_attente.values()),
        "disponible_centimes": e.disponible_centimes,
    }


def beneficiaire(services: Services, subvention: "Subvention") -> "Tiers | None":
    """Return who an award pays: whom it names, else whom its dossier names; None when neither does."""
    tiers_id = subvention.tiers
    if tiers_id is None and subvention.dossier is not None:
        tiers_id = services.store.charger(ESPECES["dossier"].classe, subvention.dossier).tiers_id
    return None if tiers_id is None else services.store.charger(ESPECES["tiers"].classe, tiers_id)


def montants(subvention: "Subvention") -> dict[str, int]:
    """Return the amounts of an award, in cents, from its vote to its payment: zeros before it is open."""
    return {
        "vote_centimes": subvention.vote_centimes,
        "engage_centimes": subvention.engage_centimes,
        "liquide_centimes": subvention.liquide_centimes,
        "mandate_centimes": subvention.mandate_centimes,
        "paye_centimes": subvention.paye_centimes,
    }


def _subvention(s: "Subvention", vue: Vue) -> dict[str, Any]:
    """Return an award with its échéances."""
    return {
        "dossier": vue.connu.dossier_ref,
        "conditions": s.conditions,
        "reprise": _reprise(s),
        "convention_exigee": s.convention_exigee,
        "convention_signee": s.convention is not None,
        "montants": montants(s),
        "echeances": [
            {
                "echeance": rang,
                "nature": prevue.nature.value,
                "montant_centimes": prevue.montant_centimes,
                "etape": s.paiements[rang].etape.value if rang in s.paiements else "a_liquider",
                "rejet": s.rejets[rang].motif if rang in s.rejets and rang not in s.paiements else None,
            }
            for rang, prevue in enumerate(s.echeancier, 1)
        ],
        "terme": None if s.terme is None else s.terme.value,
    }


def _reprise(s: "Subvention") -> dict[str, Any] | None:
    """Return which line of which file an award was taken over from, None when it was awarded here."""
    if s.source is None:
        return None
    return {"fichier": s.source.fichier_sha256, "ligne": s.source.ligne, "validee": not s.reprise_a_valider}


def _bordereau(bordereau: "Bordereau", vue: Vue) -> dict[str, Any]:
    """Return a bordereau with its lines, for who signs and who pays."""
    classe = ESPECES["subvention"].classe
    lire = partial(vue.services.store.charger, classe)
    lignes = [(sauf_illisible(partial(lire, ligne.subvention)), ligne) for ligne in bordereau.lignes.values()]
    return {
        "jour": None if bordereau.jour is None else bordereau.jour.isoformat(),
        "exercice": bordereau.exercice,
        "total_centimes": bordereau.total_centimes,
        "signe_par": bordereau.signe_par,
        "lignes": [
            {
                "subvention": str(ligne.subvention) if subvention is None else subvention.ref,
                "reprise": None if subvention is None else subvention.reprise,
                "illisible": subvention is None,
                "echeance": ligne.echeance,
                "tentative": ligne.tentative,
                "montant_centimes": ligne.montant_centimes,
            }
            for subvention, ligne in lignes
        ],
    }


def _tiers(tiers: "Tiers", vue: Vue) -> dict[str, Any]:
    """Return who it is, and whether it can be paid; its bank details are shown masked, for who validates or pays."""
    noms = NomsDesServices(vue.services)
    declarees, validees = tiers.declarees, tiers.validees
    derniere = declarees or validees
    return {
        "denomination": tiers.denomination,
        "siret": tiers.siret,
        "rna": None if tiers.identite is None else tiers.identite.rna,
        "natures": [
            {
                "categorie": n.categorie,
                "du": n.du.isoformat(),
                "droit_public": est_de_droit_public(n.categorie),
                "source": noms.texte(n.source),
            }
            for _, n in sorted(tiers.natures.items())
        ],
        "siren": None if tiers.identite is None else tiers.identite.siren,
        "representants": [
            {
                "nom": noms.texte(r.nom),
                "qualite": r.qualite,
                "du": r.du.isoformat(),
                "au": None if r.jusqu_au is None else r.jusqu_au.isoformat(),
                "acte": noms.texte(r.acte),
            }
            for (_, r) in sorted(tiers.representants.items(), key=lambda pouvoir: pouvoir[0][1])
        ],
        "coordonnees": "validees" if tiers.coordonnees_valides else "declarees" if tiers.declarees else None,
        "a_valider": tiers.declarees is not None,
        "iban_valide": None if validees is None else noms.compte(validees.coordonnees),
        "iban_declare": None if declarees is None else noms.compte(declarees.coordonnees),
        "declare_par": None if declarees is None else tiers.declarees_par[0],
        "aussi_de": [] if derniere is None else [noms.tiers(autre) for autre in derniere.aussi_de],
    }


DIRE: Final[dict[str, Callable[[Any, Vue], dict[str, Any]]]] = {
    "agent": _agent,
    "assemblee": _assemblee,
    "bordereau": _bordereau,
    "campagne": _campagne,
    "deliberation": _deliberation,
    "enveloppe": _enveloppe,
    "seance": _seance,
    "subvention": _subvention,
    "tiers": _tiers,
}

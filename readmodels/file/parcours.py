"""What an aggregate is found by, how far a request went from its dépôt to its payment, and how many days each step took."""

from collections.abc import Iterator
from datetime import date
from enum import IntEnum
from typing import Any, Final

from kernel.agregat import Agregat
from kernel.instants import jour_de
from kernel.textes import sans_accents


class Etape(IntEnum):
    """How far a request went; who reached one has been through those before, here or elsewhere."""

    DEPOSE = 1
    COMPLET = 2
    INSTRUIT = 3
    PROPOSE = 4
    VOTE = 5
    ENGAGE = 6
    PAYE = 7


MONTANTS: Final = ("demande", "propose", "vote", "engage", "mandate", "paye")
"""What is counted of a dossier, in cents: what it asks, then what its award says."""
LIEUX: Final = (("qpv", "qpv"), ("commune", "communes"))
"""Kinds of places, and the field that holds their codes."""
JOURS: Final = ("jours_completude", "jours_proposition", "jours_decision", "jours_engagement", "jours_paiement")
"""Days from the dépôt to the complétude, then to the proposition; from the dépôt to the vote; from it to the rest."""


_LOIN: Final = 10**18
"""Microseconds beyond any date: what is counted back from there is in the order of the last ones first."""


def _avancement(agregat: Agregat) -> int:
    """Return the step that a dossier, or its subvention, reached; 0 for what has none."""
    lu: Any = agregat
    if agregat.nom == "subvention":
        return Etape.PAYE if lu.paye_centimes else Etape.ENGAGE if lu.engage_centimes else Etape.VOTE
    if agregat.nom != "dossier":
        return 0
    if lu.issue == "attribue":
        return Etape.VOTE
    if lu.proposition is not None:
        return Etape.PROPOSE
    if lu.avis or lu.etat == "en_instruction":
        return Etape.INSTRUIT
    return Etape.DEPOSE if lu.complet_le is None else Etape.COMPLET


def _durees(agregat: Agregat) -> dict[str, int]:
    """Return the days of the steps whose two ends are known."""
    lu: Any = agregat
    bornes: dict[str, tuple[date | None, date | None]] = {}
    if agregat.nom == "dossier":
        propose_le = None if lu.proposition is None else lu.proposition.le
        bornes = {
            "jours_completude": (lu.depose_le, lu.complet_le),
            "jours_proposition": (lu.complet_le, propose_le),
            "jours_decision": (lu.depose_le, lu.decide_le),
        }
    elif agregat.nom == "subvention":
        payees = [jour_de(p.jalon.depuis) for p in lu.paiements.values() if p.etape == "payee"]
        engage_le = None if lu.engagement is None else jour_de(lu.engagement.depuis)
        bornes = {
            "jours_engagement": (lu.vote_le, engage_le),
            "jours_paiement": (lu.vote_le, min(payees, default=None)),
        }
    return {nom: (fin - debut).days for nom, (debut, fin) in bornes.items() if debut and fin}


def parcourir(dossier: Agregat, subvention: Agregat | None) -> dict[str, Any]:
    """Return what is counted of a dossier, its award included: how far it went, for how much, in how many days."""
    lus = [dossier] if subvention is None else [dossier, subvention]
    jours = {nom: nombre for lu in lus for nom, nombre in _durees(lu).items()}
    proposition = getattr(dossier, "proposition", None)
    montants = {
        "demande": getattr(dossier, "demande_centimes", None),
        "propose": None if proposition is None else proposition.montant_centimes,
        "vote": getattr(lus[-1], "vote_centimes", None),
        **{nom: getattr(subvention, f"{nom}_centimes", None) for nom in ("engage", "mandate", "paye")},
    }
    return {
        "id": str(dossier.id),
        "campagne": str(getattr(dossier, "campagne", "")),
        "atteint": max(map(_avancement, lus)),
        **{f"{nom}_centimes": montants[nom] for nom in MONTANTS},
        **{nom: jours.get(nom) for nom in JOURS},
        "enveloppe": getattr(subvention, "enveloppe_ref", None),
    }


def situer(dossier: Agregat, parcouru: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield each place of a dossier, with what is counted there."""
    compte = {nom: parcouru[nom] for nom in ("id", "campagne", "demande_centimes", "vote_centimes")}
    for genre, nom in LIEUX:
        for code in dict.fromkeys(getattr(dossier, nom, ())):
            yield {**compte, "genre": genre, "code": code}


def ordre_du_jour(agregat: Agregat) -> dict[str, Any]:
    """Return the day of a sitting; the sitting of a rapport, its lines and those it has still to vote."""
    lu: Any = agregat
    des_autres = {"jour": None, "seance": None, "lignes": None, "a_voter": None}
    if agregat.nom == "seance":
        return {**des_autres, "jour": None if lu.jour is None else lu.jour.isoformat()}
    if agregat.nom != "deliberation" or lu.seance is None:
        return des_autres
    return {**des_autres, "seance": str(lu.seance), "lignes": len(lu.lignes), "a_voter": len(lu.a_voter)}


def reperes(agregat: Agregat) -> set[tuple[str, str]]:
    """Return what finds it exactly, as (kind, key): `numero`, `siret`, `montant` in cents, `rejet`.

    The keys of `rejet` are in the order of their list: what is still to be taken up first, then the last ones first.
    """
    lu: Any = agregat
    trouves = {("numero", sans_accents(numero)) for numero in _numeros(lu) if numero}
    trouves |= {("siret", siret) for siret in [getattr(agregat, "siret", None)] if siret}
    trouves |= {("rejet", cle) for cle in _rejets(lu)}
    return trouves | {("montant", str(montant)) for montant in _montants(lu) if montant}


def _rejets(lu: Any) -> Iterator[str]:
    """Yield a key for each échéance that the comptable refused; the last word is its rank."""
    if lu.nom == "subvention":
        for rang, rejet in lu.refuses.items():
            age = _LOIN - int(rejet.jalon.depuis.timestamp() * 1_000_000)
            yield f"{int(rang in lu.paiements)} {age:018d} {lu.ref} {rang}"


def _numeros(lu: Any) -> Iterator[str | None]:
    """Yield its number, and that of the act that says it."""
    yield getattr(lu, "ref", None)
    if lu.nom == "deliberation":
        yield lu.numero
    if lu.nom == "dossier" and lu.decision_externe is not None:
        yield lu.decision_externe.reference


def _montants(lu: Any) -> Iterator[int | None]:
    """Yield the amounts that a letter, a mandat or a budget shows."""
    for nom in ("demande_centimes", "vote_centimes", "engage_centimes", "total_centimes"):
        yield getattr(lu, nom, None)
    if lu.nom == "dossier" and lu.proposition is not None:
        yield lu.proposition.montant_centimes
    if lu.nom == "subvention":
        yield from (prevue.montant_centimes for prevue in lu.echeancier)

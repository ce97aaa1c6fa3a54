"""The amount, computed from a règlement and explained step by step.

Pure: the same frozen input gives the same answer. Amounts in euro cents, every share rounded down to the cent, and each
step says its rounding. The result is a proposal: an agent may go below it with a motive, above it by a dérogation that
cites its act, and the commission decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final, NamedTuple, TypeVar

from pydantic import BeforeValidator

from dispositifs.financeurs import NOUS, financeurs, reconnaitre
from dispositifs.reglement import ModeCalcul, Reglement, Valeur, ValeurAbsente
from kernel.faits import Immuable
from kernel.montants import CENT_POUR_CENT, Centimes, en_euros, positif, pourcentage
from kernel.textes import compte

BUDGET: Final = "budget prévisionnel du dossier"
DEMANDE: Final = "demande du porteur"
AU_CENTIME: Final = "arrondis au centime inférieur"
"""How each share is rounded (`kernel.montants.pourcentage`): said where it is taken."""
BORNE_DE_LA_BASE: Final = "choix du produit : une aide ne dépasse pas la dépense éligible"

_LUS_PAR_LE_CALCUL: Final = (
    "mode_calcul",
    "depenses_exclues",
    "plafond_centimes",
    "taux_max_cumul_aides_publiques_points_base",
    "arrondi_centimes",
    "plancher_centimes",
)

T = TypeVar("T")


_D_AVANT: Final = {"nous": NOUS, "public": "public", "autre": "prive"}
"""The kinds that facts of before 0.1 held, as entries of the references."""


def _code(valeur: object) -> object:
    """A kind, or a name in clear, as older facts hold one, is read as an entry of the references and goes no further."""
    if not isinstance(valeur, str) or valeur in financeurs():
        return valeur
    return _D_AVANT.get(valeur) or reconnaitre(valeur)


class LigneBudget(Immuable):
    """One line of the budget of the project, in cents: an account (charges), or an entry of `financeurs` (produits).

    A financeur that no entry names is None: unknown.
    """

    poste: str | None = None
    financeur: Annotated[str | None, BeforeValidator(_code)] = None
    montant_centimes: int


class PasDeCalcul(Immuable):
    """One step: what was done, the sum in words (none of the applicant's), what the amount is after it, and its source."""

    libelle: str
    calcul: str = ""
    resultat_centimes: int
    source: str


def _pas(libelle: str, calcul: str, resultat: Centimes, source: str) -> PasDeCalcul:
    return PasDeCalcul(libelle=libelle, calcul=calcul, resultat_centimes=resultat, source=source)


class EntreeDuCalcul(Immuable):
    """All that a calculation reads, and nothing else: a proposition carries it, so that anybody computes it again."""

    au: date
    reglement: dict[str, Any]
    charges: tuple[LigneBudget, ...]
    aides_publiques: tuple[LigneBudget, ...]
    demande_centimes: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The amount the règlement leads to, between zero and what was asked, how, and from what."""

    base_eligible_centimes: Centimes
    montant_centimes: Centimes
    etapes: tuple[PasDeCalcul, ...]
    entree: EntreeDuCalcul


class _Borne(NamedTuple):
    libelle: str
    centimes: Centimes
    source: str
    detail: str = ""


def evaluer(
    reglement: Reglement,
    *,
    au: date,
    charges: Sequence[LigneBudget],
    aides_publiques: Sequence[LigneBudget],
    montant_demande_centimes: Centimes,
) -> Evaluation:
    """Compute the aid: rate, forfait or barème, then in this order base, plafond, cumul, demande, rounding, plancher.

    Args:
        reglement: The version frozen with the dossier.
        au: The day it was frozen: a value that does not hold that day is unknown.
        charges: Its spending; a line without an account cannot be excluded.
        aides_publiques: The public aids other than this one, read only for their cumul.
        montant_demande_centimes: What the applicant asks.

    Raises:
        ValeurAbsente: The value its mode of calculation needs is not in the règlement.
        ValeurPasEnVigueur: A value that the calculation reads does not hold on that day.
        MontantNegatif: An amount of the budget or of the demande is below zero.
    """
    lus = {"version", reglement.mode.parametre, *_LUS_PAR_LE_CALCUL}
    return recalculer(
        EntreeDuCalcul(
            au=au,
            reglement={nom: valeur for nom, valeur in reglement.en_json().items() if nom in lus},
            charges=tuple(charges),
            aides_publiques=tuple(aides_publiques),
            demande_centimes=montant_demande_centimes,
        )
    )


def recalculer(entree: EntreeDuCalcul) -> Evaluation:
    """Compute the aid from its frozen input, today as the day it was proposed; raises what `evaluer` does."""
    for ligne in (*entree.charges, *entree.aides_publiques):
        positif(ligne.montant_centimes)
    demande = positif(entree.demande_centimes)
    reglement = Reglement.relire(entree.reglement)
    reglement.exiger_en_vigueur((reglement.mode.parametre, *_LUS_PAR_LE_CALCUL), entree.au)
    etapes = list(_base(reglement, entree.charges))
    base = etapes[-1].resultat_centimes
    etapes.append(_aide(reglement, base))
    plafond = reglement.plafond_centimes
    bornes = (
        _Borne("Dépense éligible", base, BORNE_DE_LA_BASE),
        None if plafond is None else _Borne("Plafond", plafond.valeur, plafond.source),
        _borne_cumul(reglement, base, entree.aides_publiques),
        _Borne("Montant demandé", demande, DEMANDE),
    )
    for borne in bornes:
        if borne is not None:
            etapes.extend(_plafonner(etapes[-1].resultat_centimes, borne))
    etapes.extend(_arrondi(reglement, etapes[-1].resultat_centimes))
    etapes.extend(_plancher(reglement, etapes[-1].resultat_centimes))
    return Evaluation(base, etapes[-1].resultat_centimes, tuple(etapes), entree)


def _base(reglement: Reglement, charges: Sequence[LigneBudget]) -> Sequence[PasDeCalcul]:
    total = sum(ligne.montant_centimes for ligne in charges)
    depart = _pas(
        "Charges du budget", f"{len(charges)} ligne{'s' if len(charges) > 1 else ''}, {en_euros(total)}", total, BUDGET
    )
    exclus = reglement.depenses_exclues
    if exclus is None:
        return (depart,)
    hors = [ligne for ligne in charges if ligne.poste is not None and ligne.poste.startswith(exclus.valeur)]
    somme = sum(ligne.montant_centimes for ligne in hors)
    comptes = f"comptes {', '.join(exclus.valeur)}" if exclus.valeur else "aucun compte"
    calcul = f"{en_euros(total)} moins {en_euros(somme)} ({comptes}) : base éligible de {en_euros(total - somme)}"
    return (depart, _pas("Dépenses exclues", calcul, total - somme, exclus.source))


def _aide(reglement: Reglement, base: Centimes) -> PasDeCalcul:
    if reglement.mode is ModeCalcul.FORFAIT:
        forfait = _necessaire(reglement.forfait_centimes, "forfait_centimes")
        return _pas("Forfait", f"Forfait de {en_euros(forfait.valeur)}", forfait.valeur, forfait.source)
    if reglement.mode is ModeCalcul.BAREME:
        bareme = _necessaire(reglement.bareme, "bareme")
        tranches = sorted(bareme.valeur, key=lambda tranche: tranche.a_partir_de_centimes)
        atteintes = [tranche for tranche in tranches if tranche.a_partir_de_centimes <= base]
        montant = atteintes[-1].montant_centimes if atteintes else 0
        calcul = f"Pour une base éligible de {en_euros(base)} : {en_euros(montant)}"
        return _pas("Barème", calcul, montant, bareme.source)
    taux = _necessaire(reglement.taux_max_points_base, "taux_max_points_base")
    montant = pourcentage(base, taux.valeur)
    calcul = f"{_pour_cent(taux.valeur)} de {en_euros(base)} : {en_euros(montant)}, {AU_CENTIME}"
    return _pas("Taux maximal", calcul, montant, taux.source)


def _borne_cumul(reglement: Reglement, base: Centimes, aides: Sequence[LigneBudget]) -> _Borne | None:
    cumul = reglement.taux_max_cumul_aides_publiques_points_base
    if cumul is None:
        return None
    somme = sum(ligne.montant_centimes for ligne in aides)
    reste = max(0, pourcentage(base, cumul.valeur) - somme)
    detail = (
        f"{_pour_cent(cumul.valeur)} de {en_euros(base)}, {AU_CENTIME}, moins {en_euros(somme)} d’autres aides "
        f"publiques ({compte(len(aides), 'ligne')})"
    )
    return _Borne("Cumul des aides publiques", reste, cumul.source, detail)


def _plafonner(montant: Centimes, borne: _Borne) -> Sequence[PasDeCalcul]:
    """Say a bound when it bites, or when a text sets it: silence about a plafond would look like an omission."""
    detail = f" ({borne.detail})" if borne.detail else ""
    if borne.centimes < montant:
        calcul = f"{en_euros(montant)} ramenés à {en_euros(borne.centimes)}{detail}"
        return (_pas(borne.libelle, calcul, borne.centimes, borne.source),)
    if borne.source == BORNE_DE_LA_BASE:
        return ()
    calcul = f"{en_euros(montant)} ne dépassent pas {en_euros(borne.centimes)}{detail}"
    return (_pas(borne.libelle, calcul, montant, borne.source),)


def _arrondi(reglement: Reglement, montant: Centimes) -> Sequence[PasDeCalcul]:
    arrondi = reglement.arrondi_centimes
    if arrondi is None:
        return ()
    arrondie = montant - montant % arrondi.valeur
    calcul = f"{en_euros(montant)} arrondis à {en_euros(arrondie)}, au multiple inférieur de {en_euros(arrondi.valeur)}"
    return (_pas("Arrondi", calcul, arrondie, arrondi.source),)


def _plancher(reglement: Reglement, montant: Centimes) -> Sequence[PasDeCalcul]:
    plancher = reglement.plancher_centimes
    if plancher is None:
        return ()
    if montant < plancher.valeur:
        calcul = f"{en_euros(montant)} n’atteignent pas {en_euros(plancher.valeur)} : aucune aide"
        return (_pas("Plancher", calcul, 0, plancher.source),)
    calcul = f"{en_euros(montant)} atteignent {en_euros(plancher.valeur)}"
    return (_pas("Plancher", calcul, montant, plancher.source),)


def _necessaire(valeur: Valeur[T] | None, nom: str) -> Valeur[T]:
    if valeur is None:
        raise ValeurAbsente([nom])
    return valeur


def _pour_cent(points_base: int) -> str:
    entier, reste = divmod(points_base, CENT_POUR_CENT // 100)
    decimales = f",{reste:02d}".rstrip("0") if reste else ""
    return f"{entier}{decimales} %"

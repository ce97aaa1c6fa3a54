"""Eligibility, examined from what a request says: each doubt is a motif for the agent who answers it; nothing is refused here.

Pure. A value of the règlement that does not hold on the day of the examination is unknown, and raises no doubt.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from dispositifs.evaluation import LigneBudget
from dispositifs.reglement import Commencement, MomentDuTerritoire, Reglement, Territoire


@dataclass(frozen=True, slots=True, kw_only=True)
class Perimetre:
    """One version of the list of the quartiers prioritaires, and the days it is in force, both included."""

    version: str
    du: date
    jusqu_au: date | None = None
    quartiers: Collection[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Projet:
    """What of a request its eligibility depends on; None is unknown."""

    depose_le: date
    qpv: Sequence[str]
    periode: tuple[date, date] | None
    charges: Sequence[LigneBudget]
    categorie: str | None = None
    """INSEE legal category of the applicant: unknown, it raises no doubt."""
    demarrage_autorise: date | None = None


class Doute(NamedTuple):
    """A doubt: the code of a motif, and what it is about, by code; blank for the whole."""

    code: str
    objet: str = ""


def perimetre_au(perimetres: Sequence[Perimetre], au: date) -> Perimetre | None:
    """Return the list in force on that day; None when it is none of those we hold."""
    return next((p for p in perimetres if p.du <= au and (p.jusqu_au is None or au <= p.jusqu_au)), None)


def jour_du_territoire(reglement: Reglement, projet: Projet, au: date) -> date:
    """Return the day whose list judges the territory, as the règlement says; by usage the dépôt when it says nothing.

    A vote not held yet is judged at the day of the examination (`au`), and so is a réalisation whose days are unknown.
    """
    match reglement.date_du_territoire and reglement.date_du_territoire.valeur:
        case MomentDuTerritoire.VOTE:
            return au
        case MomentDuTerritoire.REALISATION:
            return au if projet.periode is None else projet.periode[0]
    return projet.depose_le


def eligibilite(
    reglement: Reglement, projet: Projet, *, au: date, perimetre: Perimetre | None, veille: Collection[str] = ()
) -> list[Doute]:
    """Return the doubts: territory, period, applicant, nature of the costs, early start, in that order.

    Args:
        reglement: The version of the campagne.
        projet: What the request says.
        au: The day it is examined.
        perimetre: The list in force on `jour_du_territoire`; None when we do not hold it.
        veille: Codes of the quartiers de veille, from the local list of the contrat.
    """
    hors = reglement.pas_en_vigueur(Reglement.model_fields, au)
    en_vigueur = reglement.model_copy(update=dict.fromkeys(hors))
    return [
        *_territoire(en_vigueur, projet, perimetre, veille),
        *_periode(en_vigueur, projet),
        *_demandeur(en_vigueur, projet),
        *_depenses(en_vigueur, projet),
        *_commencement(en_vigueur, projet, au),
    ]


def _territoire(
    reglement: Reglement, projet: Projet, perimetre: Perimetre | None, veille: Collection[str]
) -> Iterator[Doute]:
    if (territoires := reglement.territoires) is None:
        return
    if not projet.qpv:
        yield Doute("territoire", "aucun_quartier")
    elif perimetre is None and Territoire.QPV in territoires.valeur:
        yield Doute("territoire", "perimetre_inconnu")
    else:
        admis = {*veille} if Territoire.VEILLE in territoires.valeur else set()
        if not any(
            code in admis or (perimetre and Territoire.QPV in territoires.valeur and code in perimetre.quartiers)
            for code in projet.qpv
        ):
            yield Doute("territoire")


def _periode(reglement: Reglement, projet: Projet) -> Iterator[Doute]:
    if (admise := reglement.periode) is None:
        return
    if projet.periode is None:
        yield Doute("periode", "absente")
    elif projet.periode[0] < admise.valeur.debut or admise.valeur.fin < projet.periode[1]:
        yield Doute("periode")


def _demandeur(reglement: Reglement, projet: Projet) -> Iterator[Doute]:
    admis = reglement.demandeurs
    if admis is not None and projet.categorie is not None and not projet.categorie.startswith(admis.valeur):
        yield Doute("demandeur", projet.categorie)


def _depenses(reglement: Reglement, projet: Projet) -> Iterator[Doute]:
    refusees = () if reglement.depenses_refusees is None else reglement.depenses_refusees.valeur
    comptes = {charge.poste for charge in projet.charges if charge.poste and charge.poste.startswith(refusees)}
    yield from (Doute("nature_des_depenses", compte) for compte in sorted(comptes))


def _commencement(reglement: Reglement, projet: Projet, au: date) -> Iterator[Doute]:
    """A project begun before what the règlement says, and before any authorisation, is in doubt."""
    borne = reglement.commencement_apres
    if borne is None or projet.periode is None:
        return
    debut, autorise = projet.periode[0], projet.demarrage_autorise
    commence = debut < projet.depose_le if borne.valeur is Commencement.DEPOT else debut <= au
    if commence and (autorise is None or debut < autorise):
        yield Doute("commencement_anticipe")

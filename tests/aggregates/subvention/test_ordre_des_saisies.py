"""Design §1.7: what is learned of an award, late and in any order, gives the same échéances and the same amounts."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from aggregates.subvention import Subvention, attentes
from aggregates.subvention.echeancier import lire_echeances
from kernel.agregat import plier
from kernel.instants import fin_de_jour
from tests.aggregates.fabrique import JOUR, UN, par
from tests.aggregates.proprietes import exiger_vie
from tests.aggregates.subvention.fabrique import (
    BORDEREAU,
    DEUX_PARTS,
    ENVELOPPE,
    IBAN,
    SEUIL,
    SOIXANTE_JOURS,
    ouverte,
)

VOTE = SEUIL + 1
MONTANTS = ("vote_centimes", "engage_centimes", "liquide_centimes", "mandate_centimes", "paye_centimes")
SAISIES: dict[str, Callable[[Subvention], None]] = {
    "engagement": lambda s: s.constater_engagement(ENVELOPPE, VOTE),
    "convention": lambda s: s.signer_convention(SOIXANTE_JOURS),
    "echeancier": lambda s: s.fixer_echeancier(lire_echeances(DEUX_PARTS, VOTE)),
}
jours = st.integers(0, 60).map(lambda n: JOUR + timedelta(days=n))


def etat_vu(subvention: Subvention) -> Any:
    """Return what a person or a clock sees of it; who opened an attente is only an id."""
    vues = [(a.cle.code, a.cle.objet, a.de, a.depuis, a.echeance) for a in attentes(subvention)]
    return sorted(vues), [getattr(subvention, nom) for nom in MONTANTS]


def saisir(ordre: list[str], dates: dict[str, date], *, payee_d_abord: int | None) -> Subvention:
    s = par(Subvention(UN), "SYSTEME")
    s.ouvrir(ouverte(montant_centimes=VOTE), SEUIL)
    for nom in ordre:
        SAISIES[nom](par(s, "fina-1", dates[nom]))
    if payee_d_abord is None:
        return s
    pret = max(dates["engagement"], dates["convention"])
    for rang in (1, 2):
        par(s, "fina-1", pret).liquider(rang, IBAN)
        par(s, "ordo-1", pret).mandater(rang, IBAN)
        par(s, "SYSTEME", pret).porter_au_bordereau(rang, 1, BORDEREAU, "BORD-2026-01-12-1")
    for rang in (payee_d_abord, 3 - payee_d_abord):
        par(s, "SYSTEME", pret).constater_signature(rang, 1, BORDEREAU)
        par(s, "fina-2", max(pret, dates[f"paiement {rang}"])).constater_paiement(rang)
    return s


@given(
    ordre=st.permutations(list(SAISIES)),
    dates=st.fixed_dictionaries(dict.fromkeys((*SAISIES, "paiement 1", "paiement 2"), jours)),
    payee_d_abord=st.sampled_from([None, 1, 2]),
)
def test_l_ordre_des_saisies_ne_change_ni_les_echeances_ni_les_montants(
    ordre: list[str], dates: dict[str, date], payee_d_abord: int | None
) -> None:
    payee = None if payee_d_abord is None else 1
    un = saisir(list(SAISIES), dates, payee_d_abord=payee)
    autre = saisir(ordre, dates, payee_d_abord=payee_d_abord)
    assert etat_vu(un) == etat_vu(autre)
    for jour in sorted(set(dates.values())):
        a_ce_jour = [plier(Subvention, UN, s.inscriptions, au=jour) for s in (un, autre)]
        assert etat_vu(a_ce_jour[0]) == etat_vu(a_ce_jour[1])
    if payee_d_abord is None:
        (liquidation,) = attentes(un)
        assert liquidation.echeance == fin_de_jour(dates["convention"] + timedelta(days=60))
    exiger_vie(autre)

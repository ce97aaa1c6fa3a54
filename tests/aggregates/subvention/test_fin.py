"""An award ends settled, or given up before any payment; the engine then frees its credits and closes its dossier."""

import pytest

from aggregates.subvention import EtapeDePaiement, Subvention, attentes
from aggregates.subvention.fin import PaiementEngage, ResteAPayer
from kernel.attentes import Role
from kernel.refus import DejaFait, GesteImpossible
from tests.aggregates.fabrique import UN, par, rien, topics, verbes, verifie_refus
from tests.aggregates.subvention.fabrique import (
    ENVELOPPE,
    IBAN,
    MOTIF,
    VOTE,
    codes,
    jusqu_a,
    une_subvention,
    une_subvention_engagee,
)


def une_subvention_payee() -> Subvention:
    return jusqu_a(EtapeDePaiement.PAYEE, rang=2, subvention=jusqu_a(EtapeDePaiement.PAYEE))


def test_solder_quand_tout_est_paye_puis_clore_le_dossier() -> None:
    subvention = une_subvention_payee()
    assert codes(subvention) == ["solde"]
    par(subvention, "fina-1").solder()
    assert topics(subvention) == ["subvention.soldee.v1"]
    (attente,) = attentes(subvention)
    assert (attente.de, attente.automatisme) == (Role.SYSTEME, "clore_dossier")
    par(subvention, "fina-1").solder()
    assert rien(subvention)
    par(subvention, "SYSTEME").constater_cloture()
    assert topics(subvention) == ["subvention.cloture_constatee.v1"]
    assert attentes(subvention) == ()
    par(subvention, "SYSTEME").constater_cloture()
    assert rien(subvention)
    assert subvention.paye_centimes == VOTE


def test_solder_quand_il_reste_a_payer_est_refuse() -> None:
    subvention = par(jusqu_a(EtapeDePaiement.PAYEE))
    with verifie_refus(subvention, ResteAPayer) as leve:
        subvention.solder()
    assert leve.value.champs == {"reste_centimes": 360_000}


def test_constater_la_cloture_d_une_subvention_en_cours_est_refuse() -> None:
    subvention = par(une_subvention())
    with verifie_refus(subvention, GesteImpossible):
        subvention.constater_cloture()


def test_renoncer_degage_puis_clot() -> None:
    subvention = par(jusqu_a(EtapeDePaiement.LIQUIDEE), "fina-1")
    subvention.renoncer(MOTIF)
    assert topics(subvention) == ["subvention.renoncee.v1"]
    assert (subvention.vote_centimes, subvention.liquide_centimes) == (VOTE, 0)
    assert [a.automatisme for a in attentes(subvention)] == ["degager_engagement"]
    par(subvention, "fina-1").renoncer(MOTIF)
    assert rien(subvention)
    with verifie_refus(subvention, DejaFait) as leve:
        subvention.renoncer(IBAN)
    assert leve.value.champs == {"fait": "subvention.renoncee.v1"}
    par(subvention, "SYSTEME").constater_degagement()
    assert topics(subvention) == ["subvention.degagement_constate.v1"]
    assert subvention.engage_centimes == 0
    assert [a.automatisme for a in attentes(subvention)] == ["clore_dossier"]
    par(subvention, "SYSTEME").constater_degagement()
    assert rien(subvention)


def test_renoncer_avant_l_engagement_clot_sans_rien_degager() -> None:
    subvention = par(une_subvention())
    subvention.renoncer(MOTIF)
    assert [a.automatisme for a in attentes(subvention)] == ["clore_dossier"]
    par(subvention)
    with verifie_refus(subvention, GesteImpossible):
        subvention.constater_degagement()
    with verifie_refus(subvention, GesteImpossible):
        subvention.constater_engagement(ENVELOPPE, VOTE)


@pytest.mark.parametrize("etape", [EtapeDePaiement.MANDATEE, EtapeDePaiement.SIGNEE, EtapeDePaiement.PAYEE])
def test_renoncer_apres_un_mandat_est_refuse(etape: EtapeDePaiement) -> None:
    subvention = par(jusqu_a(etape))
    with verifie_refus(subvention, PaiementEngage):
        subvention.renoncer(MOTIF)
    assert not any("renoncer" in verbes(attente) for attente in attentes(subvention))


def test_rien_ne_se_paie_apres_la_fin() -> None:
    renoncee = par(une_subvention_engagee())
    renoncee.renoncer(MOTIF)
    with verifie_refus(par(renoncee), GesteImpossible):
        renoncee.liquider(1, IBAN)
    with verifie_refus(renoncee, GesteImpossible):
        renoncee.solder()
    soldee = par(une_subvention_payee())
    soldee.solder()
    with verifie_refus(par(soldee), GesteImpossible):
        soldee.renoncer(MOTIF)


def test_une_subvention_jamais_ouverte_n_attend_rien_et_ne_se_solde_pas() -> None:
    subvention = par(Subvention(UN))
    assert attentes(subvention) == ()
    with verifie_refus(subvention, GesteImpossible):
        subvention.solder()

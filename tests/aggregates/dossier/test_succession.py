"""The applicant merged, changed SIRET, or is no more: before the vote, its request follows it or ends."""

from collections.abc import Callable

import pytest

from aggregates.dossier import Dossier, attentes
from kernel.refus import GesteImpossible
from tests.aggregates.dossier.fabrique import (
    DEMANDE,
    MOTIF,
    TIERS,
    un_complet,
    un_decide,
    un_depose,
    un_propose,
    un_recu,
)
from tests.aggregates.fabrique import DEUX, par, rien, topics, verifie_refus

SUCCESSEUR = ("00000001900000", "Les Ponts (exemple)")


def codes(dossier: Dossier) -> set[str]:
    return {attente.cle.code for attente in attentes(dossier)}


def test_le_successeur_a_tous_les_droits_est_rattache_a_son_tour_sans_que_rien_d_autre_ne_change() -> None:
    dossier = un_recu()
    depot, silence = dossier.depot, dossier.silence_depuis
    dossier.succeder(*SUCCESSEUR, MOTIF)
    assert topics(dossier) == ["dossier.demandeur_succede.v1"]
    assert (dossier.siret, dossier.denomination, dossier.tiers_id) == (*SUCCESSEUR, None)
    assert "tiers" in codes(dossier), "the engine finds it among the tiers"
    dossier.rattacher_tiers(DEUX)
    assert (dossier.tiers_id, dossier.depot, dossier.silence_depuis) == (DEUX, depot, silence)
    assert dossier.demande_centimes == DEMANDE
    par(dossier).succeder(*SUCCESSEUR, MOTIF)
    assert rien(dossier)


def test_sans_successeur_la_demande_a_un_motif_et_garde_son_demandeur() -> None:
    dossier = un_complet()
    dossier.disparaitre(MOTIF)
    assert topics(dossier) == ["dossier.demandeur_disparu.v1", "dossier.motif_releve.v1"]
    assert dossier.tiers_id == TIERS
    assert "motif" in codes(dossier)
    par(dossier).disparaitre(MOTIF)
    assert rien(dossier)


def test_une_proposition_nomme_son_demandeur_elle_se_renvoie_d_abord() -> None:
    propose = un_propose()
    with verifie_refus(propose, GesteImpossible):
        propose.succeder(*SUCCESSEUR, MOTIF)
    with verifie_refus(propose, GesteImpossible):
        propose.disparaitre(MOTIF)


def test_un_successeur_n_a_pas_l_identite_confirmee_de_son_predecesseur() -> None:
    dossier = un_depose()
    dossier.constater_desaccord(TIERS)
    dossier.confirmer_demandeur(siret=dossier.siret)
    assert dossier.identite_confirmee
    par(dossier).succeder(*SUCCESSEUR, MOTIF)
    assert not dossier.identite_confirmee


def test_un_autre_successeur_ou_un_autre_acte_est_un_autre_fait() -> None:
    dossier = un_recu()
    for siret, acte in ((SUCCESSEUR[0], MOTIF), ("00000001700004", MOTIF), ("00000001700004", DEUX)):
        par(dossier).succeder(siret, "Les Ponts (exemple)", acte)
        assert topics(dossier) == ["dossier.demandeur_succede.v1"]
        assert (dossier.siret, dossier.succession) == (siret, acte)


@pytest.mark.parametrize("succeder", [lambda d: d.succeder(*SUCCESSEUR, MOTIF), lambda d: d.disparaitre(MOTIF)])
def test_apres_le_vote_le_refus_dit_par_ou_passer(succeder: Callable[[Dossier], object]) -> None:
    """An award is of whom it was voted to: an avenant changes it (transition 44), which is not here yet."""
    decide = un_decide()
    with verifie_refus(decide, GesteImpossible) as refus:
        succeder(decide)
    assert all(mot in refus.value.message for mot in ("avenant", "dossier deposer", "subvention renoncer"))

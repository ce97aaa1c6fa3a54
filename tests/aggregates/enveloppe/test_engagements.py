"""Engagements: one fact per rapport, waiting for credits when there are none, carried, released."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.enveloppe import Enveloppe
from aggregates.enveloppe.engagement import SubventionVivante, attentes
from aggregates.enveloppe.etat import EngagementNonPorte
from kernel.agregat import plier
from kernel.attentes import Role
from kernel.identifiants import ReferenceInconnue
from kernel.refus import DejaFait, GesteImpossible, Refus, SaisieInvalide
from tests.aggregates.enveloppe.fabrique import AUTRE_RAPPORT, DOSSIERS, MOTIF, RAPPORT, lignes, une_enveloppe
from tests.aggregates.fabrique import DEUX, UN, etat, id_du_texte, par, rien, topics, verbes, verifie_refus


def codes(enveloppe: Enveloppe) -> list[str]:
    return [attente.cle.code for attente in attentes(enveloppe)]


def test_engager_consomme_la_reservation_de_son_rapport() -> None:
    enveloppe = par(une_enveloppe(vote=1000))
    enveloppe.reserver(RAPPORT, 900)
    enveloppe.reserver(AUTRE_RAPPORT, 100)
    par(enveloppe).engager(RAPPORT, lignes(300, 500))
    assert topics(enveloppe) == ["enveloppe.credits_engages.v1"]
    assert (enveloppe.engage_centimes, enveloppe.reserve_centimes, enveloppe.disponible_centimes) == (800, 100, 100)
    assert codes(enveloppe) == ["porter_engagement"]


def test_un_rapport_n_engage_au_dela_de_sa_reservation_que_du_disponible() -> None:
    enveloppe = par(une_enveloppe(vote=1000))
    enveloppe.reserver(RAPPORT, 600)
    enveloppe.reserver(AUTRE_RAPPORT, 350)
    par(enveloppe).engager(RAPPORT, lignes(651))
    assert topics(enveloppe) == ["enveloppe.engagement_mis_en_attente.v1"]
    par(enveloppe).liberer(AUTRE_RAPPORT)
    enveloppe.engager_en_attente()
    assert enveloppe.disponible_centimes == 349


def test_engager_deux_fois_les_memes_lignes_est_silencieux_dans_tout_ordre() -> None:
    enveloppe = par(une_enveloppe(vote=1000))
    enveloppe.engager(RAPPORT, lignes(300, 500))
    par(enveloppe).engager(RAPPORT, tuple(reversed(lignes(300, 500))))
    assert rien(enveloppe)
    with verifie_refus(enveloppe, DejaFait):
        enveloppe.engager(RAPPORT, lignes(300, 400))


def test_un_dossier_n_est_engage_qu_une_fois() -> None:
    enveloppe = par(une_enveloppe(vote=1000))
    enveloppe.engager(RAPPORT, lignes(300))
    par(enveloppe)
    with verifie_refus(enveloppe, DejaFait):
        enveloppe.engager(AUTRE_RAPPORT, lignes(100))


def test_un_engagement_a_des_lignes_positives() -> None:
    enveloppe = par(une_enveloppe(vote=1000))
    for fausses in ((), lignes(0), lignes(1) * 2):
        with verifie_refus(enveloppe, SaisieInvalide):
            enveloppe.engager(RAPPORT, fausses)


def test_sous_reserve_du_vote_du_budget_l_engagement_attend_puis_passe() -> None:
    enveloppe = par(une_enveloppe(vote=None))
    enveloppe.engager(RAPPORT, lignes(300))
    assert topics(enveloppe)[-1] == "enveloppe.engagement_mis_en_attente.v1"
    assert [(a.cle.code, a.de) for a in attentes(enveloppe)] == [("credits", Role.FINANCE)]
    par(enveloppe, le=date(2026, 2, 1)).voter_budget(500, id_du_texte("exemple fictif"))
    (attente,) = attentes(enveloppe)
    assert (attente.cle.code, attente.de, attente.echeance) == ("engagement_en_attente", Role.SYSTEME, attente.depuis)
    par(enveloppe, "SYSTEME").engager_en_attente()
    assert topics(enveloppe) == ["enveloppe.credits_engages.v1"]
    assert codes(enveloppe) == ["porter_engagement"]
    par(enveloppe, "SYSTEME").engager_en_attente()
    assert rien(enveloppe)


def test_le_budget_engage_dans_l_ordre_ceux_qui_tiennent_et_le_dit_pour_les_autres() -> None:
    enveloppe = par(une_enveloppe(vote=None))
    enveloppe.engager(RAPPORT, lignes(900))
    enveloppe.engager(AUTRE_RAPPORT, lignes(300, depuis=1))
    enveloppe.voter_budget(1000, id_du_texte("exemple fictif"))
    par(enveloppe).engager(UN, lignes(600, depuis=2))  # the credits are enough, but two others were asked before
    assert topics(enveloppe) == ["enveloppe.engagement_mis_en_attente.v1"]
    par(enveloppe).engager_en_attente()
    assert list(enveloppe.engagements) == [RAPPORT]
    assert list(enveloppe.en_attente) == [AUTRE_RAPPORT, UN]
    assert codes(enveloppe) == ["credits", "credits", "porter_engagement"]
    par(enveloppe).engager(AUTRE_RAPPORT, lignes(300, depuis=1))
    assert rien(enveloppe)


def test_un_engagement_sans_credits_attend_au_lieu_d_etre_refuse() -> None:
    enveloppe = par(une_enveloppe(vote=100))
    enveloppe.engager(RAPPORT, lignes(300))
    assert enveloppe.disponible_centimes == 100
    assert codes(enveloppe) == ["credits"]


def test_porter_engagement_ouvre_la_passe_suivante_tant_qu_il_reste_des_lignes() -> None:
    enveloppe = par(une_enveloppe(vote=1000))
    enveloppe.engager(RAPPORT, lignes(100, 200, 300))
    premiere = attentes(enveloppe)[0].cle
    par(enveloppe).porter_engagement(
        RAPPORT, DOSSIERS[:1], (EngagementNonPorte(dossier=DOSSIERS[1], code="geste_impossible"),)
    )
    assert topics(enveloppe) == ["enveloppe.engagement_porte.v1"]
    suivante, refusee = attentes(enveloppe)
    assert suivante.cle.ouverte_par > premiere.ouverte_par
    assert (refusee.cle.code, refusee.cle.objet, refusee.de) == ("engagement_refuse", str(DOSSIERS[1]), Role.FINANCE)
    par(enveloppe).porter_engagement(RAPPORT, DOSSIERS[2:3], ())
    assert codes(enveloppe) == ["engagement_refuse"]
    par(enveloppe).porter_engagement(RAPPORT, DOSSIERS[:3], ())
    assert rien(enveloppe)


def test_porter_un_engagement_inconnu_est_refuse() -> None:
    enveloppe = par(une_enveloppe(vote=1000))
    with verifie_refus(enveloppe, GesteImpossible):
        enveloppe.porter_engagement(RAPPORT, DOSSIERS[:1], ())


def test_relancer_porte_de_nouveau_les_lignes_refusees() -> None:
    enveloppe = par(une_enveloppe(vote=1000))
    enveloppe.engager(RAPPORT, lignes(100))
    with verifie_refus(par(enveloppe), GesteImpossible):
        enveloppe.relancer(RAPPORT)
    enveloppe.porter_engagement(RAPPORT, (), (EngagementNonPorte(dossier=DOSSIERS[0], code="reference_inconnue"),))
    par(enveloppe).relancer(RAPPORT)
    assert topics(enveloppe) == ["enveloppe.engagement_relance.v1"]
    assert codes(enveloppe) == ["porter_engagement"]
    par(enveloppe).relancer(RAPPORT)
    assert rien(enveloppe)
    enveloppe.porter_engagement(RAPPORT, DOSSIERS[:1], ())
    with verifie_refus(par(enveloppe), GesteImpossible):
        enveloppe.relancer(RAPPORT)


def test_ce_qui_manque_de_credits_nomme_un_vote_et_la_reservation_d_un_autre_rapport() -> None:
    enveloppe = par(une_enveloppe(vote=1000))
    enveloppe.reserver(RAPPORT, 100)
    enveloppe.engager(RAPPORT, lignes(1200))
    assert [verbes(a) for a in attentes(enveloppe)] == [("voter-budget",)]
    enveloppe.reserver(AUTRE_RAPPORT, 300)
    assert [verbes(a) for a in attentes(enveloppe)] == [("voter-budget", "liberer")]
    par(enveloppe).liberer(AUTRE_RAPPORT)
    assert topics(enveloppe) == ["enveloppe.reservation_liberee.v1"]


@pytest.mark.parametrize(
    ("code", "gestes"),
    [("geste_impossible", ("relancer", "degager")), ("montant_different", ("relancer",))],
    ids=["la subvention est finie", "elle peut encore être payée"],
)
def test_une_ligne_refusee_ne_se_degage_que_si_sa_subvention_est_finie(code: str, gestes: tuple[str, ...]) -> None:
    enveloppe = par(une_enveloppe(vote=1000))
    enveloppe.engager(RAPPORT, lignes(500))
    enveloppe.porter_engagement(RAPPORT, (), (EngagementNonPorte(dossier=DOSSIERS[0], code=code),))
    assert [verbes(a) for a in attentes(enveloppe)] == [gestes]


def test_degager_rend_les_credits_d_un_dossier() -> None:
    enveloppe = par(une_enveloppe(vote=1000))
    enveloppe.engager(RAPPORT, lignes(100, 200))
    par(enveloppe).degager(DOSSIERS[0], MOTIF, subvention_vivante=False)
    assert topics(enveloppe) == ["enveloppe.engagement_degage.v1"]
    assert enveloppe.disponible_centimes == 800
    par(enveloppe).degager(DOSSIERS[0], MOTIF, subvention_vivante=False)
    assert rien(enveloppe)
    with verifie_refus(enveloppe, DejaFait) as leve:
        enveloppe.degager(DOSSIERS[0], DEUX, subvention_vivante=False)
    assert leve.value.champs == {"fait": "enveloppe.engagement_degage.v1"}
    par(enveloppe, "SYSTEME").degager(DOSSIERS[0], DEUX, subvention_vivante=False)
    assert rien(enveloppe), "the engine, that follows a renunciation, only needs it released"
    par(enveloppe).degager(DOSSIERS[1], MOTIF, subvention_vivante=False)
    assert (enveloppe.engage_centimes, attentes(enveloppe)) == (0, ())
    par(enveloppe).engager(RAPPORT, lignes(100, 200))
    assert rien(enveloppe), "a late repeat of the engagement does not engage again what was released"


def test_degager_un_engagement_en_attente_le_laisse_sans_ligne() -> None:
    enveloppe = par(une_enveloppe(vote=None))
    enveloppe.engager(RAPPORT, lignes(100))
    enveloppe.degager(DOSSIERS[0], MOTIF, subvention_vivante=False)
    assert (enveloppe.en_attente, attentes(enveloppe)) == ({}, ())


def test_degager_ce_qui_peut_encore_etre_paye_ou_n_est_pas_engage_est_refuse() -> None:
    enveloppe = par(une_enveloppe(vote=1000))
    enveloppe.engager(RAPPORT, lignes(100))
    par(enveloppe)
    with verifie_refus(enveloppe, SubventionVivante):
        enveloppe.degager(DOSSIERS[0], MOTIF, subvention_vivante=True)
    with verifie_refus(enveloppe, ReferenceInconnue):
        enveloppe.degager(DOSSIERS[5], MOTIF, subvention_vivante=False)


montants = st.sampled_from([-200, 0, 100, 200, 300])
_gestes = st.tuples(
    st.sampled_from(["voter", "reserver", "liberer", "engager", "degager", "moteur"]), montants, st.integers(0, 3)
)


def _faire(enveloppe: Enveloppe, verbe: str, montant: int, n: int) -> None:
    match verbe:
        case "voter":
            enveloppe.voter_budget(montant, id_du_texte(f"acte {n}"))
        case "reserver":
            enveloppe.reserver(DOSSIERS[n], montant)
        case "liberer":
            enveloppe.liberer(DOSSIERS[n])
        case "engager":
            enveloppe.engager(DOSSIERS[n], lignes(montant, depuis=n))
        case "degager":
            enveloppe.degager(DOSSIERS[n], MOTIF, subvention_vivante=False)
        case _:
            enveloppe.engager_en_attente()


@given(st.lists(_gestes, max_size=30))
def test_les_credits_ne_passent_jamais_sous_zero_et_se_relisent(gestes: list[tuple[str, int, int]]) -> None:
    enveloppe = par(une_enveloppe(vote=None))
    for geste in gestes:
        try:
            _faire(enveloppe, *geste)
        except Refus:
            continue
        assert enveloppe.disponible_centimes >= 0
        assert not any(a.automatisme is None and not a.gestes for a in attentes(enveloppe))
    enveloppe.engager_en_attente()
    assert "engagement_en_attente" not in codes(enveloppe)
    relue = plier(Enveloppe, enveloppe.id, enveloppe.inscriptions)
    assert etat(relue) == etat(enveloppe)

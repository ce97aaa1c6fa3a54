"""Eligibility examined as facts and motifs; an early start authorised before it happens."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from aggregates.dossier import attentes
from aggregates.dossier.eligibilite import DemarrageAutorise, DemarrageRetroactif, EligibiliteExaminee
from aggregates.dossier.etat import Cause
from aggregates.dossier.motifs import MotifsSansReponse
from dispositifs.eligibilite import Doute
from kernel.refus import DejaFait, GesteImpossible
from tests.aggregates.dossier.fabrique import (
    CALCULE,
    MOTIF,
    RAPPORT,
    un_complet,
    un_decide,
    un_depose,
    un_en_avis,
    un_incomplet,
    un_inscrit,
    un_propose,
)
from tests.aggregates.fabrique import JOUR, par, rien, topics, verbes, verifie_refus

JUGE = (JOUR, "qpv2024")
TERRITOIRE = Doute("territoire")
ACTE = UUID(int=7)
ETE = date(2026, 7, 1)


def codes(dossier: Any) -> list[tuple[str, str]]:
    return [(motif.code, motif.objet) for motif in dossier.motifs_sans_reponse]


@pytest.mark.parametrize("fabrique", [un_depose, un_incomplet, un_complet, un_en_avis])
def test_chaque_doute_est_un_motif_et_la_liste_qui_a_juge_est_gardee(fabrique: Any) -> None:
    dossier = fabrique()
    dossier.examiner_eligibilite(JUGE, [TERRITOIRE, Doute("nature_des_depenses", "21")])
    assert topics(dossier) == [EligibiliteExaminee.topic, *["dossier.motif_releve.v1"] * 2]
    assert codes(dossier) == [("territoire", ""), ("nature_des_depenses", "21")]
    assert dossier.territoire_juge == JUGE
    par(dossier).examiner_eligibilite(JUGE, [TERRITOIRE])
    assert rien(dossier)


def test_la_liste_changee_s_ajoute_et_le_passe_reste_lisible() -> None:
    dossier = un_complet()
    dossier.examiner_eligibilite(JUGE, [])
    par(dossier).examiner_eligibilite((date(2026, 6, 18), "qpv2026"), [TERRITOIRE])
    assert dossier.territoire_juge == (date(2026, 6, 18), "qpv2026")
    assert [i.fait.perimetre for i in dossier.inscriptions if isinstance(i.fait, EligibiliteExaminee)] == [
        "qpv2024",
        "qpv2026",
    ]


def test_une_fois_votee_la_demande_ne_s_examine_plus() -> None:
    annonce = un_inscrit()
    annonce.annoncer_vote(RAPPORT, favorable=True, montant_vote_centimes=CALCULE, vote_le=JOUR)
    for dossier in (annonce, un_decide()):
        with verifie_refus(par(dossier), GesteImpossible):
            dossier.examiner_eligibilite(JUGE, [TERRITOIRE])


def test_un_doute_ne_apres_la_proposition_la_delie_jusqu_a_sa_reponse() -> None:
    dossier = un_propose()
    par(dossier).examiner_eligibilite(JUGE, [TERRITOIRE])
    assert {a.cle.code: verbes(a) for a in attentes(dossier) if a.cle.code in {"visa", "motif"}} == {
        "visa": ("renvoyer",),
        "motif": ("repondre-motif",),
    }
    with verifie_refus(par(dossier, "resp-1"), MotifsSansReponse):
        dossier.viser()
    par(dossier).repondre_motif("territoire", None, "leve", MOTIF)
    par(dossier, "resp-1").viser()
    par(dossier).examiner_eligibilite(JUGE, [Doute("commencement_anticipe")])
    par(dossier, "aline")
    with verifie_refus(dossier, MotifsSansReponse):
        dossier.inscrire(RAPPORT, 1)
    assert "inscription" not in {a.cle.code for a in attentes(dossier)}
    assert next(a for a in attentes(dossier) if a.cle.code == "visa").rappels == ()
    par(dossier).repondre_motif("commencement_anticipe", None, "leve", MOTIF)
    par(dossier, "aline").inscrire(RAPPORT, 1)
    assert dossier.deliberation == RAPPORT


def test_un_rejet_propose_n_attend_pas_les_doutes_nes_depuis() -> None:
    dossier = un_complet()
    dossier.proposer_rejet(Cause.OPPORTUNITE, MOTIF)
    par(dossier).examiner_eligibilite(JUGE, [TERRITOIRE])
    par(dossier, "resp-1").viser()
    assert dossier.proposition_visee


def test_transition_14_un_demarrage_anticipe_s_autorise_par_un_acte_et_ne_promet_rien() -> None:
    dossier = un_complet()
    dossier.autoriser_demarrage(ETE, ACTE)
    fait = dossier.inscriptions[-1].fait
    assert isinstance(fait, DemarrageAutorise)

    class Noms:
        def texte(self, _: UUID | None) -> str:
            return "arrêté 2026-12"

    phrase = fait.phrase(Noms())  # type: ignore[arg-type]  # only what the sentence asks
    assert "à partir du 01/07/2026 (arrêté 2026-12)" in phrase
    assert phrase.endswith("ne vaut pas promesse de subvention.")
    assert dossier.etat == un_complet().etat, "it stops nothing, and decides nothing"
    par(dossier).autoriser_demarrage(ETE, ACTE)
    assert rien(dossier)
    with verifie_refus(par(dossier), DejaFait):
        dossier.autoriser_demarrage(ETE, UUID(int=8))


def test_transition_14_un_demarrage_ne_s_autorise_ni_apres_coup_ni_apres_le_vote() -> None:
    with verifie_refus(dossier := un_complet(), DemarrageRetroactif):
        dossier.autoriser_demarrage(date(2026, 1, 11), ACTE)
    with verifie_refus(decide := un_decide(), GesteImpossible):
        decide.autoriser_demarrage(ETE, ACTE)

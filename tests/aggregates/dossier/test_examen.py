"""The grid of criteria: each appreciated with a justification, before anything is proposed."""

from typing import Any
from uuid import UUID

import pytest

from aggregates.dossier import Dossier, attentes
from aggregates.dossier.completude import CompletudeAnnulee
from aggregates.dossier.etat import Appreciation, Etat
from aggregates.dossier.examen import CritereInconnu, CriteresApprecies, CriteresSansReponse
from kernel.refus import GesteImpossible, SaisieInvalide
from tests.aggregates.dossier.fabrique import (
    CRITERES,
    EXIGEES,
    REGLEMENT,
    avec_pieces,
    evaluation,
    un_complet,
    un_depose,
    un_propose,
    un_recu,
)
from tests.aggregates.fabrique import par, verifie_refus


def un_a_apprecier() -> Dossier:
    dossier = avec_pieces(un_recu(), "statuts", "rib")
    dossier.declarer_complet(REGLEMENT, EXIGEES, CRITERES)
    return par(dossier)


def dit(critere: str, appreciation: str = "satisfait", justification: int = 1) -> Appreciation:
    return Appreciation(critere=critere, appreciation=appreciation, justification=UUID(int=justification))


def codes(dossier: Dossier) -> list[str]:
    return [a.cle.code for a in attentes(dossier)]


def test_rien_ne_se_propose_tant_qu_un_critere_est_sans_reponse() -> None:
    dossier = un_a_apprecier()
    assert "criteres" in codes(dossier)
    assert "proposition" not in codes(dossier)
    with verifie_refus(dossier, CriteresSansReponse) as refus:
        dossier.proposer(evaluation(), None, None)
    assert refus.value.champs["criteres"] == list(CRITERES)
    dossier.apprecier((dit("fil_rouge"),))
    with verifie_refus(par(dossier), CriteresSansReponse) as refus:
        dossier.proposer(evaluation(), None, None)
    assert refus.value.champs["criteres"] == ["participation"]
    dossier.apprecier((dit("participation", "non_satisfait", 2),))
    assert "criteres" not in codes(dossier)
    dossier.proposer(evaluation(), None, None)
    assert dossier.etat is Etat.PROPOSE


def test_un_reglement_sans_critere_n_en_demande_aucun() -> None:
    dossier = un_complet()
    assert dossier.criteres_sans_reponse == []
    with verifie_refus(dossier, CritereInconnu):
        dossier.apprecier((dit("fil_rouge"),))
    dossier.proposer(evaluation(), None, None)


def test_plusieurs_criteres_se_disent_d_un_geste_et_se_redisent_en_silence() -> None:
    dossier = un_a_apprecier()
    dossier.apprecier(tuple(map(dit, CRITERES)))
    avant = dossier.version
    dossier.apprecier(tuple(map(dit, CRITERES)))
    assert dossier.version == avant
    dossier.apprecier((dit("fil_rouge"), dit("participation", "en_partie", 3)))
    fait = dossier.inscriptions[-1].fait
    assert isinstance(fait, CriteresApprecies)
    assert [une.critere for une in fait.appreciations] == ["participation"]
    assert dossier.appreciations["participation"].appreciation == "en_partie"


@pytest.mark.parametrize(
    ("dites", "refus"),
    [((dit("inconnu"),), CritereInconnu), ((dit("fil_rouge"), dit("fil_rouge", "en_partie")), SaisieInvalide)],
)
def test_un_critere_inconnu_ou_dit_deux_fois_est_refuse(dites: Any, refus: Any) -> None:
    dossier = un_a_apprecier()
    with verifie_refus(dossier, refus):
        dossier.apprecier(dites)


@pytest.mark.parametrize("fabrique", [un_depose, un_propose])
def test_on_n_apprecie_ni_avant_la_completude_ni_apres_la_proposition(fabrique: Any) -> None:
    dossier = fabrique()
    with verifie_refus(dossier, GesteImpossible):
        dossier.apprecier((dit("fil_rouge"),))


def test_une_completude_annulee_ne_demande_plus_ses_criteres() -> None:
    dossier = un_a_apprecier()
    dossier.annuler_completude()
    assert isinstance(dossier.inscriptions[-1].fait, CompletudeAnnulee)
    assert dossier.criteres_sans_reponse == []
    assert "criteres" not in codes(dossier)

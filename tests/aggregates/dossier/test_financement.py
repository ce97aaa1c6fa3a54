"""Who finances: coded, dated, in any order; summed when public; a line nobody knows blocks the proposition."""

from datetime import date
from typing import Any

import pytest

from aggregates.dossier import Dossier, attentes
from aggregates.dossier.financement import (
    FinancementCode,
    FinanceurInconnu,
    LigneDuBudgetInconnue,
    aides_publiques,
    courants,
    postes_doubles,
)
from aggregates.dossier.motifs import MotifsSansReponse
from aggregates.dossier.visa import FinancementChange
from dispositifs.evaluation import LigneBudget
from kernel.refus import GesteImpossible, SaisieInvalide
from tests.aggregates.dossier.fabrique import (
    MOTIF,
    REGLEMENT,
    TIERS,
    blanc,
    depose,
    evaluation,
    un_complet,
    un_decide,
    un_propose,
)
from tests.aggregates.fabrique import JOUR, par, rien, topics, verbes, verifie_refus

DEUX = date(2026, 1, 14)


def code(**champs: Any) -> FinancementCode:
    donnees: dict[str, Any] = {
        "ligne": None,
        "financeur": "etat",
        "tiers": None,
        "public": True,
        "stade": "demande",
        "montant_centimes": 100_000,
        "poste": None,
        "source": MOTIF,
    }
    return FinancementCode(**{**donnees, **champs})


def un_inconnu() -> Dossier:
    """A complete request of which the second produit is paid by nobody knows whom."""
    dossier = par(blanc())
    produits = (
        LigneBudget(financeur="region", montant_centimes=1_200_000),
        LigneBudget(financeur=None, montant_centimes=640_000),
    )
    dossier.deposer(depose(produits=produits, pieces_exigees=()))
    par(dossier).declarer_complet(REGLEMENT, ())
    return par(dossier)


def publiques(dossier: Dossier) -> list[tuple[str | None, int]]:
    return [(ligne.financeur, ligne.montant_centimes) for ligne in aides_publiques(dossier)]


def test_un_financeur_inconnu_bloque_la_proposition_jusqu_a_ce_qu_un_agent_le_nomme() -> None:
    dossier = un_inconnu()
    (motif,) = (a for a in attentes(dossier) if a.cle.code == "motif")
    assert (motif.cle.objet, verbes(motif)) == ("financeur_inconnu:2", ("coder-financeur",))
    with verifie_refus(dossier, MotifsSansReponse) as refus:
        dossier.proposer(evaluation(), None, None)
    assert "(« dossier coder-financeur »)" in refus.value.message, "it names what answers it"
    with verifie_refus(dossier, GesteImpossible):
        dossier.repondre_motif("financeur_inconnu", "2", "leve", MOTIF)
    dossier.coder_financeur(code(ligne=2, financeur="prive", public=False, montant_centimes=640_000))
    assert topics(dossier) == ["dossier.financement_code.v1", "dossier.motif_repondu.v1"]
    assert publiques(dossier) == []
    par(dossier).proposer(evaluation(), None, None)


def test_un_meme_dire_est_silencieux_et_le_dernier_vrai_l_emporte_quel_que_soit_l_ordre() -> None:
    dossier = un_complet()
    par(dossier, le=DEUX).coder_financeur(code(stade="decide", montant_centimes=50_000))
    par(dossier, le=JOUR).coder_financeur(code())
    assert publiques(dossier) == [("commune", 640_000), ("etat", 50_000)], "learned last, true before"
    assert [f.stade for f in courants(dossier)] == ["decide"]
    par(dossier, le=DEUX).coder_financeur(code(stade="decide", montant_centimes=50_000))
    assert rien(dossier)


def test_une_ligne_du_budget_se_corrige_et_notre_part_ne_compte_pas() -> None:
    dossier = un_complet()
    assert publiques(dossier) == [("commune", 640_000)]
    dossier.coder_financeur(code(ligne=2, financeur="porteur", public=False, montant_centimes=640_000))
    assert publiques(dossier) == []
    par(dossier).coder_financeur(code(financeur="region_autre", montant_centimes=30_000))
    assert publiques(dossier) == [("region_autre", 30_000)]


def test_deux_financeurs_d_une_meme_depense_se_voient_et_se_repondent() -> None:
    dossier = un_complet()
    dossier.coder_financeur(code(poste="60"))
    par(dossier).coder_financeur(code(financeur="caf", poste="60"))
    assert topics(dossier) == ["dossier.financement_code.v1", "dossier.motif_releve.v1"]
    assert postes_doubles(dossier) == ["60"]
    par(dossier)
    with verifie_refus(dossier, MotifsSansReponse):
        dossier.proposer(evaluation(), None, None)
    dossier.repondre_motif("double_financement", "60", "leve", MOTIF)
    par(dossier).proposer(evaluation(), None, None)


def test_un_financement_appris_depuis_la_proposition_la_fait_renvoyer() -> None:
    dossier = par(un_propose())
    dossier.coder_financeur(code(stade="decide"))
    par(dossier, "resp-1")
    with verifie_refus(dossier, FinancementChange):
        dossier.viser()
    (visa,) = (a for a in attentes(dossier) if a.cle.code == "visa")
    assert verbes(visa) == ("renvoyer",)
    dossier.renvoyer(TIERS)
    par(dossier).proposer(evaluation(), None, None)
    par(dossier, "resp-1").viser()
    assert topics(dossier) == ["dossier.vise.v1"]


@pytest.mark.parametrize(
    ("champs", "refus"),
    [
        ({"ligne": 3}, LigneDuBudgetInconnue),
        ({"ligne": 0}, LigneDuBudgetInconnue),
        ({"financeur": "mel_de_lille"}, FinanceurInconnu),
        ({"montant_centimes": -1}, SaisieInvalide),
    ],
)
def test_ce_qui_ne_designe_rien_est_refuse(champs: dict[str, Any], refus: Any) -> None:
    dossier = un_complet()
    with verifie_refus(dossier, refus):
        dossier.coder_financeur(code(**champs))


def test_apres_le_vote_rien_n_est_plus_code() -> None:
    dossier = un_decide()
    with verifie_refus(dossier, GesteImpossible):
        dossier.coder_financeur(code())

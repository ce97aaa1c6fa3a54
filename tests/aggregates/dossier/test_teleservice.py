"""A request changed at its téléservice after its dépôt: an agent takes the change or sets it aside; nothing is rewritten."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from aggregates.dossier import Dossier, attentes
from aggregates.dossier.etat import Etat
from aggregates.dossier.financement import FinancementCode, aides_publiques
from aggregates.dossier.motifs import MotifsSansReponse
from dispositifs.evaluation import LigneBudget
from kernel.attentes import Role
from kernel.refus import AvantLeJalon, DejaFait, GesteImpossible
from tests.aggregates.dossier.fabrique import MOTIF, depose, evaluation, un_complet, un_depose
from tests.aggregates.fabrique import JOUR, par, rien, topics, verifie_refus

APRES = JOUR + timedelta(days=5)
MOINS: dict[str, Any] = {
    "montant_demande_centimes": 900_000,
    "produits": (
        LigneBudget(financeur="region", montant_centimes=900_000),
        LigneBudget(financeur="commune", montant_centimes=940_000),
    ),
}


def du_teleservice(dossier: Dossier) -> Dossier:
    par(dossier, "agt-1", JOUR).venir_du_teleservice("dn", 131_016, 4001)
    return dossier


def corrige(dossier: Dossier, le: date = APRES, **champs: object) -> Dossier:
    par(du_teleservice(dossier), "agt-1", le).suivre_le_teleservice(depose(**(champs or MOINS)))
    return par(dossier, "agt-1", le)


def paye_par_l_etat(ligne: int, montant: int) -> FinancementCode:
    qui: dict[str, Any] = {"financeur": "etat", "tiers": None, "public": True, "poste": None}
    return FinancementCode(ligne=ligne, stade="demande", montant_centimes=montant, source=MOTIF, **qui)


def attendu(dossier: Dossier) -> list[tuple[str, Role, tuple[str, ...]]]:
    return [(a.cle.code, a.de, tuple(g.nom for g in a.gestes)) for a in attentes(dossier) if a.cle.code == "correction"]


def test_ce_que_le_porteur_change_attend_un_agent_et_ne_change_rien() -> None:
    dossier = corrige(un_depose())
    assert dossier.demande_centimes == 1_200_000
    assert attendu(dossier) == [
        ("correction", Role.INSTRUCTEUR, ("dossier retenir-correction", "dossier ecarter-correction"))
    ]


def test_la_phrase_dit_ce_qui_a_change() -> None:
    dossier = par(du_teleservice(un_depose()), "agt-1", APRES)
    dossier.suivre_le_teleservice(depose(**MOINS))
    (fait,) = dossier.nouveaux_faits
    assert fait.phrase(None) == (  # type: ignore[arg-type] # its sentence asks no name
        "Modifié sur Démarche Numérique après le dépôt : "
        "le montant demandé (9\u202f000,00\u00a0€), les produits (18\u202f400,00\u00a0€ en tout)."
    )


def test_une_correction_retenue_est_ce_qui_est_demande_depuis() -> None:
    dossier = corrige(un_depose())
    dossier.retenir_correction()
    assert (dossier.demande_centimes, dossier.produits, attendu(dossier)) == (900_000, MOINS["produits"], [])
    version = dossier.version
    par(dossier, "agt-1", APRES).retenir_correction()
    assert dossier.version == version, "said again, it is silent"


def test_une_correction_ecartee_laisse_la_demande_comme_elle_a_ete_deposee() -> None:
    dossier = corrige(un_depose())
    dossier.ecarter_correction(MOTIF)
    assert (dossier.demande_centimes, attendu(dossier)) == (1_200_000, [])
    par(dossier, "agt-1", APRES).suivre_le_teleservice(depose(**MOINS))
    assert topics(dossier) == [], "said again, what was set aside stays so"


def test_la_meme_reponse_et_une_plus_ancienne_ne_disent_rien() -> None:
    dossier = corrige(un_depose())
    version = dossier.version
    par(dossier, "agt-1", APRES).suivre_le_teleservice(depose(**MOINS))
    par(dossier, "agt-1", JOUR + timedelta(days=1)).suivre_le_teleservice(depose())
    assert dossier.version == version


def test_une_correction_defaite_par_le_porteur_n_attend_plus() -> None:
    dossier = corrige(un_depose())
    par(dossier, "agt-1", APRES + timedelta(days=1)).suivre_le_teleservice(depose())
    assert topics(dossier) == ["dossier.corrige_au_teleservice.v1"]
    assert attendu(dossier) == []


def test_une_seconde_correction_apres_la_premiere_retenue_se_compare_a_elle() -> None:
    dossier = corrige(un_depose())
    dossier.retenir_correction()
    par(dossier, "agt-1", APRES + timedelta(days=2)).suivre_le_teleservice(depose(**MOINS, objet="Autre objet"))
    (fait,) = dossier.nouveaux_faits
    assert "l’objet (« Autre objet »)." in fait.phrase(None)  # type: ignore[arg-type] # its sentence asks no name


def test_une_correction_ne_se_retient_plus_une_fois_le_montant_propose() -> None:
    dossier = un_complet()
    par(dossier, "agt-1", APRES).proposer(evaluation(), None, None)
    corrige(dossier, APRES + timedelta(days=1))
    assert dossier.etat is Etat.PROPOSE
    with verifie_refus(dossier, GesteImpossible):
        dossier.retenir_correction()
    assert attendu(dossier) == [("correction", Role.INSTRUCTEUR, ("dossier ecarter-correction",))]


def test_un_montant_ne_se_propose_pas_sur_une_demande_corrigee_depuis() -> None:
    dossier = corrige(un_complet())
    with verifie_refus(dossier, MotifsSansReponse):
        dossier.proposer(evaluation(), None, None)
    dossier.ecarter_correction(MOTIF)
    par(dossier, "agt-1", APRES).proposer(evaluation(), None, None)


def test_une_demande_supprimee_la_bas_reste_et_un_agent_repond_de_ce_qu_elle_devient() -> None:
    dossier = du_teleservice(un_depose())
    par(dossier, "agt-1", APRES).disparaitre_du_teleservice("porteur")
    assert topics(dossier) == ["dossier.supprime_au_teleservice.v1", "dossier.motif_releve.v1"]
    assert [motif.code for motif in dossier.motifs_sans_reponse] == ["supprime_au_teleservice"]
    par(dossier, "agt-1", APRES).repondre_motif("supprime_au_teleservice", None, "leve", MOTIF)
    par(dossier, "agt-1", APRES).disparaitre_du_teleservice("expire")
    assert (topics(dossier), dossier.motifs_sans_reponse) == ([], [])


def test_un_autre_siret_est_un_autre_demandeur() -> None:
    dossier = corrige(un_depose(), siret="00000002600005")
    with verifie_refus(dossier, GesteImpossible) as refus:
        dossier.retenir_correction()
    assert "autre demandeur" in refus.value.message


def test_un_siret_qu_un_agent_a_corrige_ici_n_empeche_pas_de_retenir() -> None:
    dossier = corrige(un_depose(siret=None), siret="00000002600005", montant_demande_centimes=900_000)
    dossier.retenir_correction()
    assert (dossier.demande_centimes, dossier.siret) == (900_000, None), "« confirmer-demandeur » says whose it is"


def test_une_correction_retenue_qui_ne_s_equilibre_pas_est_un_motif() -> None:
    dossier = corrige(un_depose(), produits=(LigneBudget(financeur="region", montant_centimes=1),))
    dossier.retenir_correction()
    assert [motif.code for motif in dossier.motifs_sans_reponse] == ["budget_desequilibre"]


def test_un_budget_corrige_fait_tomber_ce_qui_etait_dit_de_l_ancien_et_le_redemande() -> None:
    inconnu = (
        LigneBudget(financeur="region", montant_centimes=1_200_000),
        LigneBudget(financeur=None, montant_centimes=600_000),
    )
    dossier = un_depose(produits=inconnu)
    par(dossier).coder_financeur(paye_par_l_etat(2, 600_000))
    par(dossier).repondre_motif("budget_desequilibre", None, "leve", MOTIF)
    autre = (inconnu[0], LigneBudget(financeur=None, montant_centimes=700_000))
    corrige(dossier, produits=autre).retenir_correction()
    assert [(m.code, m.objet) for m in dossier.motifs_sans_reponse] == [
        ("budget_desequilibre", ""),
        ("financeur_inconnu", "2"),
    ]
    par(dossier, "agt-1", APRES).suivre_le_teleservice(depose(produits=MOINS["produits"]))
    par(dossier, "agt-1", APRES).retenir_correction()
    assert dossier.motifs == {}, "what it has now is named and balances"


def test_une_correction_qui_laisse_le_budget_laisse_ce_qui_en_est_dit() -> None:
    dossier = un_depose(produits=(LigneBudget(financeur=None, montant_centimes=1_840_000),))
    par(dossier).coder_financeur(paye_par_l_etat(1, 1_840_000))
    corrige(dossier, produits=dossier.produits, objet="Autre objet").retenir_correction()
    assert ([f.financeur for f in aides_publiques(dossier)], dossier.motifs_sans_reponse) == (["etat"], [])


def test_sans_correction_il_n_y_a_rien_a_retenir_ni_a_ecarter() -> None:
    dossier = par(du_teleservice(un_depose()))
    with verifie_refus(dossier, GesteImpossible):
        dossier.retenir_correction()
    with verifie_refus(dossier, GesteImpossible):
        dossier.ecarter_correction(MOTIF)


REPONSES = pytest.mark.parametrize(
    "repondre", [lambda d: d.retenir_correction(), lambda d: d.ecarter_correction(MOTIF)], ids=["retenir", "écarter"]
)


@REPONSES
def test_la_reponse_suit_la_correction_et_ne_se_redit_pas_a_une_autre_date(
    repondre: Callable[[Dossier], object],
) -> None:
    dossier = corrige(un_depose())
    with verifie_refus(par(dossier, "agt-1", JOUR), AvantLeJalon):
        repondre(dossier)
    repondre(par(dossier, "agt-1", APRES + timedelta(days=1)))
    plus_tard = par(dossier, "agt-1", APRES + timedelta(days=3))
    plus_tard.sous(replace(plus_tard.contexte, date_donnee=True))
    with verifie_refus(plus_tard, DejaFait):
        repondre(plus_tard)


def test_une_piece_retiree_la_bas_est_dite_et_exigee_elle_est_un_motif_qu_un_fichier_remis_leve() -> None:
    dossier = par(un_depose())
    dossier.sous(replace(dossier.contexte, lot="dn:1"))
    for code in ("statuts", "bilan"):
        dossier.recevoir_piece(code, "a" * 64, None, au_depot=True)
    par(dossier).suivre_les_pieces("dn:1", ("rib", "statuts"))
    assert topics(dossier) == ["dossier.pieces_retirees_au_teleservice.v1", "dossier.motif_releve.v1"]
    assert (dossier.retirees_la_bas, [(m.code, m.objet) for m in dossier.motifs_sans_reponse]) == (
        ("statuts",),
        [("piece_retiree", "statuts")],
    )
    par(dossier).suivre_les_pieces("dn:1", ("statuts",))
    assert rien(dossier)
    par(dossier).suivre_les_pieces("dn:1", ())
    assert (dossier.retirees_la_bas, dossier.motifs_sans_reponse) == ((), [])


def test_un_budget_corrige_laisse_les_motifs_qui_ne_sont_pas_du_budget() -> None:
    dossier = un_depose()
    dossier.relever("tardif")
    corrige(dossier).retenir_correction()
    assert [m.code for m in dossier.motifs_sans_reponse] == ["tardif"]

"""What was found against a request: answered, it stops nothing but the proposition."""

from datetime import timedelta

from aggregates.dossier import Dossier, attentes
from aggregates.dossier.motifs import MotifNonReleve, MotifRetenu, MotifsSansReponse
from kernel.attentes import Role
from kernel.refus import AvantLeJalon, GesteImpossible
from tests.aggregates.dossier.fabrique import MOTIF, TIERS, evaluation, un_complet, un_decide, un_propose
from tests.aggregates.fabrique import JOUR, par, rien, topics, verbes, verifie_refus

LENDEMAIN, SURLENDEMAIN = JOUR + timedelta(days=1), JOUR + timedelta(days=2)


def avec(*codes: str, objet: str = "") -> Dossier:
    dossier = un_complet()
    for code in codes:
        dossier.relever(code, objet)
    return par(dossier)


def test_un_motif_releve_attend_l_instructeur_et_se_releve_une_fois() -> None:
    dossier = avec("territoire", objet="59350")
    dossier.relever("territoire", "59350")
    assert rien(dossier)
    (attente,) = [a for a in attentes(dossier) if a.cle.code == "motif"]
    assert (attente.cle.objet, attente.de, verbes(attente)) == (
        "territoire:59350",
        Role.INSTRUCTEUR,
        ("repondre-motif",),
    )


def test_une_proposition_attend_chaque_reponse() -> None:
    dossier = avec("territoire", "tardif")
    dossier.repondre_motif("tardif", None, "leve", MOTIF)
    (proposition,) = [a for a in attentes(dossier) if a.cle.code == "proposition"]
    assert verbes(proposition)[0] == "repondre-motif", "what is named is what is accepted"
    with verifie_refus(par(dossier), MotifsSansReponse) as leve:
        dossier.proposer(evaluation(), None, None)
    assert leve.value.champs["motifs"] == ["territoire"]
    dossier.repondre_motif("territoire", "", "leve", MOTIF)
    dossier.proposer(evaluation(), None, None)
    assert topics(dossier) == ["dossier.motif_repondu.v1", "dossier.propose.v1"]


def test_un_motif_retenu_ne_laisse_proposer_qu_un_rejet_et_peut_etre_leve() -> None:
    dossier = avec("tardif")
    dossier.repondre_motif("tardif", None, "retenu", MOTIF)
    with verifie_refus(par(dossier), MotifRetenu):
        dossier.proposer(evaluation(), None, None)
    dossier.repondre_motif("tardif", None, "leve", TIERS)
    par(dossier).proposer(evaluation(), None, None)
    assert topics(dossier) == ["dossier.propose.v1"]


def test_la_reponse_vraie_en_dernier_tient_quel_que_soit_l_ordre_de_saisie() -> None:
    for ordre in (("leve", "retenu"), ("retenu", "leve")):
        dossier = avec("tardif")
        jours = {"leve": SURLENDEMAIN, "retenu": LENDEMAIN}
        for sens in ordre:
            par(dossier, le=jours[sens]).repondre_motif("tardif", None, "leve" if sens == "leve" else "retenu", MOTIF)
        assert (dossier.motifs_sans_reponse, dossier.motifs_retenus) == ([], [])


def test_redire_une_reponse_est_silencieux() -> None:
    dossier = avec("tardif")
    dossier.repondre_motif("tardif", None, "leve", MOTIF)
    par(dossier).repondre_motif("tardif", None, "leve", MOTIF)
    assert rien(dossier)


def test_une_reponse_impossible_est_refusee() -> None:
    sans = un_complet()
    with verifie_refus(sans, MotifNonReleve) as leve:
        sans.repondre_motif("tardif", None, "leve", MOTIF)
    assert "aucun" in leve.value.message
    deux = avec("piece_non_exigee", objet="photo")
    deux.relever("piece_non_exigee", "plan")
    with verifie_refus(par(deux), MotifNonReleve):
        deux.repondre_motif("piece_non_exigee", None, "leve", MOTIF)
    tot = par(avec("tardif"), le=JOUR - timedelta(days=1))
    with verifie_refus(tot, AvantLeJalon):
        tot.repondre_motif("tardif", None, "leve", MOTIF)


def test_un_motif_ne_se_retient_plus_sous_une_proposition_ni_apres_le_vote() -> None:
    propose = un_propose()
    propose.relever("double_financement")
    with verifie_refus(par(propose), GesteImpossible):
        propose.repondre_motif("double_financement", None, "retenu", MOTIF)
    propose.repondre_motif("double_financement", None, "leve", MOTIF)
    assert topics(propose) == ["dossier.motif_repondu.v1"]
    decide = un_decide()
    decide.relever("double_financement")
    assert "motif" not in {a.cle.code for a in attentes(decide)}
    with verifie_refus(par(decide), GesteImpossible):
        decide.repondre_motif("double_financement", None, "leve", MOTIF)

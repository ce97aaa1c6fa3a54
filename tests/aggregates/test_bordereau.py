"""A bordereau: the mandats of one day, signed at their exact total by another person than who liquidated."""

from uuid import UUID

from aggregates.bordereau import (
    Bordereau,
    BordereauDejaSigne,
    Ligne,
    SignatureNonPortee,
    TotalDifferent,
)
from aggregates.registre import attentes
from kernel.attentes import Role
from kernel.refus import DejaFait, GesteImpossible, QuatreYeux
from tests.aggregates.fabrique import JOUR, UN, par, rien, topics, verbes, verifie_refus

SUBVENTIONS = tuple(UUID(int=300 + n) for n in range(3))


def ligne(n: int = 0, montant: int = 840_000, tentative: int = 1) -> Ligne:
    return Ligne(
        subvention=SUBVENTIONS[n], echeance=1, tentative=tentative, montant_centimes=montant, liquidee_par="finance-1"
    )


def un_bordereau(*lignes: Ligne) -> Bordereau:
    bordereau = par(Bordereau(UN), "SYSTEME")
    for une in lignes or (ligne(),):
        bordereau.ajouter(JOUR, 1, une)
    return bordereau


def un_bordereau_signe(*lignes: Ligne) -> Bordereau:
    bordereau = par(un_bordereau(*lignes), "ordo-1")
    bordereau.signer(bordereau.total_centimes)
    return bordereau


def codes(bordereau: Bordereau) -> list[str]:
    return [attente.cle.code for attente in attentes(bordereau)]


def test_le_premier_mandat_ouvre_le_bordereau_du_jour() -> None:
    bordereau = un_bordereau()
    assert topics(bordereau) == ["bordereau.ouvert.v1", "bordereau.ligne_ajoutee.v1"]
    assert (bordereau.ref, bordereau.exercice, bordereau.total_centimes) == ("BORD-2026-01-12-1", 2026, 840_000)
    assert [(a.cle.code, a.de, verbes(a)) for a in attentes(bordereau)] == [
        ("signature", Role.ORDONNATEUR, ("signer", "retirer-mandat"))
    ]


def test_un_mandat_n_est_qu_une_fois_sur_le_bordereau() -> None:
    bordereau = par(un_bordereau())
    bordereau.ajouter(JOUR, 1, ligne())
    assert rien(bordereau)
    with verifie_refus(bordereau, DejaFait):
        bordereau.ajouter(JOUR, 1, ligne(montant=1))


def test_un_bordereau_signe_ne_prend_plus_de_mandat() -> None:
    bordereau = par(un_bordereau_signe())
    bordereau.ajouter(JOUR, 1, ligne())
    assert rien(bordereau), "the mandat it has is still its own"
    with verifie_refus(bordereau, BordereauDejaSigne):
        bordereau.ajouter(JOUR, 1, ligne(1))


def test_signer_vaut_pour_toutes_les_lignes_et_se_repete_en_silence() -> None:
    bordereau = un_bordereau_signe(ligne(), ligne(1, 100))
    assert topics(bordereau) == ["bordereau.signe.v1"]
    assert codes(bordereau) == ["porter_signature"]
    par(bordereau, "ordo-1").signer(840_100)
    assert rien(bordereau)
    with verifie_refus(par(bordereau, "ordo-2"), DejaFait):
        bordereau.signer(840_100)
    with verifie_refus(par(bordereau, "ordo-1"), DejaFait) as leve:
        bordereau.signer(840_000)
    assert leve.value.champs == {"fait": "bordereau.signe.v1"}


def test_signer_un_autre_total_est_refuse() -> None:
    bordereau = par(un_bordereau(), "ordo-1")
    with verifie_refus(bordereau, TotalDifferent) as leve:
        bordereau.signer(840_001)
    assert leve.value.champs == {"total_centimes": 840_000}


def test_qui_a_liquide_une_ligne_ne_signe_pas() -> None:
    bordereau = par(un_bordereau(), "finance-1")
    with verifie_refus(bordereau, QuatreYeux):
        bordereau.signer(840_000)


def test_un_bordereau_vide_ne_se_signe_pas() -> None:
    bordereau = par(Bordereau(UN), "ordo-1")
    with verifie_refus(bordereau, GesteImpossible):
        bordereau.signer(0)


def test_la_signature_est_portee_passe_apres_passe_puis_rien_n_est_attendu() -> None:
    bordereau = un_bordereau_signe(ligne(), ligne(1), ligne(2))
    cles = list(bordereau.lignes)
    refusee = SignatureNonPortee(**cles[1]._asdict(), code="geste_impossible")
    avant = attentes(bordereau)[0].cle
    par(bordereau, "SYSTEME").porter_signature(cles[:1], [refusee])
    assert topics(bordereau) == ["bordereau.signature_portee.v1"]
    assert attentes(bordereau)[0].cle.ouverte_par > avant.ouverte_par
    par(bordereau, "SYSTEME").porter_signature(cles, [])
    assert codes(bordereau) == ["signature_refusee"]
    par(bordereau, "finance-1").relancer()
    assert codes(bordereau) == ["porter_signature"]
    par(bordereau, "finance-1").relancer()
    assert rien(bordereau)
    par(bordereau, "SYSTEME").porter_signature(cles, [])
    assert attentes(bordereau) == ()
    par(bordereau, "SYSTEME").porter_signature(cles, [])
    assert rien(bordereau)


def test_porter_une_signature_qui_n_existe_pas_est_refuse() -> None:
    bordereau = par(un_bordereau(), "SYSTEME")
    with verifie_refus(bordereau, GesteImpossible):
        bordereau.porter_signature(list(bordereau.lignes), [])


def test_relancer_sans_ligne_refusee_est_refuse() -> None:
    bordereau = par(un_bordereau_signe(), "finance-1")
    with verifie_refus(bordereau, GesteImpossible):
        bordereau.relancer()


def test_transmettre_un_bordereau_signe_une_fois() -> None:
    bordereau = par(un_bordereau_signe(), "finance-1")
    avant = attentes(bordereau)
    bordereau.transmettre("PES-1")
    assert topics(bordereau) == ["bordereau.transmis.v1"]
    assert attentes(bordereau) == avant, "the fact promises to wake nobody"
    par(bordereau).transmettre("PES-1")
    assert rien(bordereau)
    with verifie_refus(bordereau, DejaFait):
        bordereau.transmettre("PES-2")


def test_transmettre_un_bordereau_non_signe_est_refuse() -> None:
    bordereau = par(un_bordereau(ligne(tentative=2)), "finance-1")
    with verifie_refus(bordereau, GesteImpossible):
        bordereau.transmettre("PES-1")


def test_un_mandat_se_retire_avant_la_signature_et_ne_revient_pas() -> None:
    bordereau = un_bordereau(ligne(), ligne(1, 100))
    par(bordereau, "ordo-1").retirer_mandat(SUBVENTIONS[0], 1)
    assert (topics(bordereau), bordereau.total_centimes) == (["bordereau.ligne_retiree.v1"], 100)
    assert codes(bordereau) == ["retrait", "signature"]
    par(bordereau, "ordo-1").retirer_mandat(SUBVENTIONS[0], 1)
    par(bordereau, "SYSTEME").ajouter(JOUR, 1, ligne())
    assert rien(bordereau)
    (cle,) = bordereau.retirees
    par(bordereau, "SYSTEME").constater_retrait(cle)
    assert (topics(bordereau), codes(bordereau)) == (["bordereau.retrait_porte.v1"], ["signature"])
    par(bordereau, "SYSTEME").constater_retrait(cle)
    assert rien(bordereau)
    with verifie_refus(bordereau, GesteImpossible):
        bordereau.retirer_mandat(SUBVENTIONS[2], 1)
    par(bordereau, "ordo-1").signer(100)
    with verifie_refus(par(bordereau, "ordo-1"), GesteImpossible):
        bordereau.retirer_mandat(SUBVENTIONS[1], 1)


def test_un_bordereau_vide_de_ses_mandats_n_en_prend_plus_et_n_attend_rien() -> None:
    bordereau = un_bordereau(ligne())
    par(bordereau, "ordo-1").retirer_mandat(SUBVENTIONS[0], 1)
    par(bordereau, "SYSTEME").constater_retrait(next(iter(bordereau.retirees)))
    assert attentes(bordereau) == ()
    with verifie_refus(par(bordereau, "SYSTEME"), BordereauDejaSigne):
        bordereau.ajouter(JOUR, 1, ligne(1))

"""`diligence webhook`: made, listed without its secret, turned, revoked."""

from tests.cli.conftest import Console


def test_un_webhook_se_cree_se_liste_tourne_et_se_revoque(console: Console) -> None:
    cree = console("webhook", "creer", "https://recepteur.example/faits", acteur="admin").document
    assert cree["secret"].startswith("whsec_")
    listes = console("webhook", "lister", acteur="admin")
    assert [(w["id"], w["en_attente"], w["mortes"]) for w in listes.document] == [(cree["id"], [], [])]
    assert cree["secret"] not in listes.sortie
    tourne = console("webhook", "tourner", cree["id"], acteur="admin").document
    assert tourne["secret"] not in {None, cree["secret"]}
    assert console("webhook", "tourner", cree["id"], "--finir", acteur="admin").document["secret"] is None
    assert console("webhook", "rejouer", cree["id"], acteur="admin").document == {"rejouees": 0}
    assert console("webhook", "revoquer", cree["id"], acteur="admin").document["revoque_le"] is not None
    humain = console.lancer(["webhook", "lister", "--acteur", "admin"]).sortie
    assert "https://recepteur.example/faits" in humain


def test_ce_qui_est_refuse(console: Console) -> None:
    console.verifie_refus("role_manquant", "webhook", "creer", "https://recepteur.example/", acteur="ines")
    console.verifie_refus("role_manquant", "webhook", "lister", acteur="ines")
    console.verifie_refus("saisie_invalide", "webhook", "creer", "ftp://recepteur.example/", acteur="admin")
    console.verifie_refus("saisie_invalide", "webhook", "revoquer", "X", acteur="admin")
    inconnu = "00000000-0000-4000-8000-000000000000"
    for verbe in ("revoquer", "tourner", "rejouer"):
        console.verifie_refus("reference_inconnue", "webhook", verbe, inconnu, acteur="admin")

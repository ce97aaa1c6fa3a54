"""`diligence jeton`: a secret said once, tokens listed without it, and ended."""

from tests.cli.conftest import Console


def test_un_jeton_se_donne_se_liste_et_se_revoque(console: Console) -> None:
    donne = ("jeton", "creer", "ines", "--nom", "Portail fictif", "--gestes", "dossier deposer,dossier recevoir-piece")
    cree = console(*donne, "--lectures", "dossiers, file", acteur="admin").document
    assert (cree["agent"], cree["lectures"], cree["vu_le"]) == ("ines", ["dossiers", "file"], None)
    listes = console("jeton", "lister", acteur="admin")
    assert [jeton["id"] for jeton in listes.document] == [cree["id"]]
    assert cree["jeton"].startswith("dil_")
    assert cree["jeton"] not in listes.sortie
    for _ in range(2):  # ending it again is silent
        assert console("jeton", "revoquer", cree["id"], acteur="admin").document["revoque_le"] is not None
    humain = console.lancer(["jeton", "lister", "--acteur", "admin"]).sortie
    assert humain.splitlines()[0] == "1\N{NO-BREAK SPACE}jeton"
    assert "Portail fictif" in humain


def test_ce_qui_est_refuse_ne_donne_aucun_jeton(console: Console) -> None:
    donne = ("jeton", "creer", "ines", "--nom", "Portail fictif")
    console.verifie_refus("role_manquant", *donne, "--lectures", "file", acteur="ines")
    console.verifie_refus("reserve_aux_personnes", *donne, "--gestes", "bordereau signer", acteur="admin")
    console.verifie_refus("saisie_invalide", *donne, acteur="admin")
    console.verifie_refus("role_manquant", "jeton", "lister", acteur="ines")
    console.verifie_refus("saisie_invalide", "jeton", "revoquer", "X", acteur="admin")
    inconnu = "00000000-0000-4000-8000-000000000000"
    console.verifie_refus("reference_inconnue", "jeton", "revoquer", inconnu, acteur="admin")
    assert console("jeton", "lister", acteur="admin").document == []

"""`diligence dn`: a pass from a script, its exit codes, and what it leaves to read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Console
from tests.demarche_numerique import CORRESPONDANCE, JETON, ServeurDn, champ, serveur_dn, statut


@pytest.fixture
def dn(console: Console, monkeypatch: pytest.MonkeyPatch) -> Iterator[ServeurDn]:
    monkeypatch.setattr("adapters.demarche_numerique.client.PAUSES_S", (0.0, 0.0, 0.0))
    with serveur_dn() as tenu:
        monkeypatch.setenv("DILIGENCE_DN_ADRESSE", tenu.adresse)
        monkeypatch.setenv("DILIGENCE_DN_JETON", str(console.ecrire("dn.jeton", f"{JETON}\n")))
        yield tenu


@pytest.fixture
def selon(console: Console) -> Path:
    return console.ecrire("dn.yaml", CORRESPONDANCE)


def test_une_passe_depose_puis_se_redit(console: Console, dn: ServeurDn, selon: Path) -> None:
    dn.deposer(4001)
    assert console.fait("dn", "importer", "--selon", selon)["deposes"] == 1
    assert console.fait("dn", "importer", "--selon", selon)["deposes"] == 0
    (lu,) = console.lire("dossier", "lister")
    historique = console.lancer(["historique", lu["ref"]]).sortie
    assert "Reçu de Démarche Numérique : dossier 4001 de la démarche 11223344." in historique


def test_ce_qui_n_a_pas_ete_pris_donne_le_code_5_un_fichier_et_se_revoit(
    console: Console, dn: ServeurDn, selon: Path
) -> None:
    dn.deposer(4001, champs={"Q2hhbXAtOTk=": champ("Q2hhbXAtOTk=", "=HYPERLINK(1)", libelle="Champ ajouté")})
    fichier = console.dossier / "rejets.csv"
    reponse = console.lancer(["dn", "importer", "--selon", str(selon), "--rejets", str(fichier), "--acteur", "ines"])
    assert reponse.code == 5
    assert "champ « Champ ajouté » : la correspondance ne connaît pas ce champ" in reponse.sortie
    assert "'=HYPERLINK(1)" in fichier.read_text(encoding="utf-8-sig"), "an answer is no formula"
    (vu,) = console("dn", "voir", acteur="ines").document
    assert (vu["demarche"], vu["rejetes"], vu["rejets"][0]["champ"]) == (11223344, 1, "Champ ajouté")
    assert "HYPERLINK" not in console.lancer(["dn", "voir", "--acteur", "ines"]).sortie


def test_une_panne_est_le_code_1_et_se_dit_en_francais(console: Console, dn: ServeurDn, selon: Path) -> None:
    dn.fautes = [statut(503)] * 4
    reponse = console("dn", "importer", "--selon", selon)
    assert reponse.code == 1
    assert reponse.refus["code"] == "teleservice_injoignable"
    assert "Démarche Numérique ne répond pas comme il faut (réponse 503)" in reponse.erreurs
    assert JETON not in reponse.sortie + reponse.erreurs
    assert "réponse 503" in console("dn", "voir").document[0]["panne"]


def test_etat_dit_jusqu_ou_chaque_demarche_est_lue(console: Console, dn: ServeurDn, selon: Path) -> None:
    assert console.lire("etat")["teleservices"] == []
    dn.deposer(4001, champs={"Q2hhbXAtOTk=": champ("Q2hhbXAtOTk=", "une réponse", libelle="Champ ajouté")})
    console("dn", "importer", "--selon", selon)
    (lue,) = console.lire("etat")["teleservices"]
    assert (lue["demarche"], lue["rejetes"], lue["panne"], lue["lue_jusqu_au"]) == (
        11223344,
        1,
        None,
        "2026-01-12T08:50:00Z",
    )
    humain = console.lancer(["etat"]).sortie
    assert "Démarche Numérique, démarche 11223344 : dernière passe finie le " in humain
    assert "1\u00a0dossier rejeté ou pris en partie" in humain


def test_ce_qui_est_refuse(console: Console, dn: ServeurDn, selon: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    console.verifie_refus("role_manquant", "dn", "importer", "--selon", selon, acteur="fanny")
    console.verifie_refus("role_manquant", "dn", "voir", acteur="fanny")
    autre = console.ecrire("autre.yaml", CORRESPONDANCE.replace("NQE-2026", "NQE-2031"))
    console.verifie_refus("reference_inconnue", "dn", "importer", "--selon", autre)
    fausse = console.ecrire("fausse.yaml", CORRESPONDANCE.replace("objet:", "objets:"))
    console.verifie_refus("saisie_invalide", "dn", "importer", "--selon", fausse)
    monkeypatch.setenv("DILIGENCE_DN_JETON", str(console.ecrire("dn.autre", "un autre jeton")))
    console.verifie_refus("saisie_invalide", "dn", "importer", "--selon", selon)
    monkeypatch.setenv("DILIGENCE_DN_JETON", str(console.ecrire("dn.perime", "perime")))
    assert console("dn", "importer", "--selon", selon).refus["code"] == "teleservice_refuse"
    monkeypatch.delenv("DILIGENCE_DN_ADRESSE")
    assert "DILIGENCE_DN_ADRESSE" in str(console("dn", "importer", "--selon", selon).refus["message"])

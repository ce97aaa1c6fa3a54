"""The store that is not the one that was meant, at the command line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Console, Reponse


def test_personne_ne_devient_administrateur_a_cote_d_une_base_perdue(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a reading nor the first geste makes a store again beside the coffre, the key and the pièces."""
    monkeypatch.setenv("DILIGENCE_JOURNAL", "humain")
    base = console.dossier / "essai.db"
    base.rename(console.dossier / "ailleurs.db")
    for ordre in (
        ["agent", "enregistrer", "mallory", "--roles", "administrateur", "--json"],
        ["etat", "--json"],
        ["dossier", "lister", "--json"],
        ["servir"],
        ["migrer", "--json"],
    ):
        reponse = console.lancer(ordre)
        assert reponse.code == 1, (ordre, reponse)
        assert "store_perdu" in reponse.sortie + reponse.erreurs, ordre
        assert "essai.coffre.db" in reponse.sortie + reponse.erreurs, "what was found"
        assert not base.exists(), ordre


def test_un_coffre_perdu_n_est_refait_que_par_qui_le_demande(console: Console) -> None:
    for fichier in console.dossier.glob("essai.coffre.db*"):
        fichier.unlink()
    for ordre in (["migrer", "--repetition", "--json"], ["etat", "--json"], ["dossier", "lister", "--json"]):
        reponse = console.lancer(ordre)
        assert (reponse.code, reponse.refus["code"]) == (1, "coffre_perdu"), ordre
    assert not (console.dossier / "essai.coffre.db").exists()
    reponse = console.lancer(["migrer", "--repetition", "--refaire-coffre"])
    assert reponse.code == 0
    assert "Son coffre était perdu : un vide est commencé." in reponse.sortie


def test_etat_dans_le_mauvais_dossier_dit_ou_il_a_regarde(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lancer: Callable[[list[str]], Reponse]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DILIGENCE_BASE", raising=False)
    reponse = lancer(["etat", "--json"])
    assert (reponse.code, reponse.refus["code"]) == (3, "store_absent")
    assert reponse.refus["champs"]["base"] == str(tmp_path / "diligence.db")
    assert str(tmp_path / "diligence.db") in reponse.refus["message"]
    assert list(tmp_path.iterdir()) == []

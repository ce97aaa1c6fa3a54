"""A clock that jumped, at the command line: code 1, both instants, the way out."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.horloge import HorlogeReelle
from tests.cli.conftest import Console, Reponse


def test_une_horloge_qui_saute_est_une_faute_dite(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lancer: Callable[[list[str]], Reponse]
) -> None:
    """Without any engine; also when the store's clock comes back, and the store is in the future."""
    monkeypatch.setenv("DILIGENCE_BASE", f"sqlite:///{tmp_path / 'essai.db'}")
    monkeypatch.delenv("DILIGENCE_SAUT_MAXIMAL", raising=False)
    console = Console(tmp_path, f"sqlite:///{tmp_path / 'essai.db'}", lancer)
    assert lancer(["migrer"]).code == 0
    console.fait("agent", "enregistrer", "admin", "--roles", "administrateur", acteur=None)
    juste, ecart = HorlogeReelle.maintenant, timedelta(days=90)
    monkeypatch.setattr(HorlogeReelle, "maintenant", lambda soi: juste(soi) + ecart)
    avant, enregistrer = console.compte, ("agent", "enregistrer", "nadia", "--roles", "instructeur")
    reponse = console(*enregistrer, acteur="admin")
    assert (reponse.code, reponse.refus["code"]) == (1, "horloge_suspecte")
    assert set(reponse.refus["champs"]) == {"horloge", "tete"}
    assert "erreur [horloge_suspecte] L’horloge dit le " in reponse.erreurs
    assert "diligence horloge accepter --motif MOTIF" in reponse.erreurs
    assert console.compte == avant
    monkeypatch.setenv("DILIGENCE_SAUT_MAXIMAL", "91")
    console.fait(*enregistrer, acteur="admin")
    monkeypatch.delenv("DILIGENCE_SAUT_MAXIMAL")
    ecart *= 2
    recu = console.fait("horloge", "accepter", "--motif", "base endormie (exemple fictif)", acteur="admin")
    assert recu["faits"] == ["horloge.saut_accepte.v1"]
    (ligne,) = console.lire("horloge", "historique", "base")
    assert "base endormie" in ligne["phrase"]
    ecart = timedelta(0)
    reponse = console("agent", "enregistrer", "nora", "--roles", "instructeur", acteur="admin")
    assert (reponse.code, reponse.refus["code"]) == (1, "horloge_suspecte")
    assert "docs/exploitation.md" in reponse.refus["message"]

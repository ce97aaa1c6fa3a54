"""`agent inviter` and `compte reinitialiser`: a link shown once, to an administrateur."""

import pytest

from application import comptes
from bootstrap.cablage import services
from bootstrap.reglages import Reglages
from bootstrap.site import site
from tests.cli.conftest import Console

BON = "trois tilleuls sous la pluie"


def test_un_administrateur_invite_puis_reinitialise(console: Console) -> None:
    invite = console("agent", "inviter", "ines", "--courriel", "ines@exemple.fr", acteur="admin")
    assert (invite.code, invite.document["agent"]) == (0, "ines")
    secret = invite.document["lien"].removeprefix("/invitation/")
    assert "exemple.fr" not in invite.erreurs
    assert secret not in invite.erreurs
    reglages = Reglages(base=console.base)
    with services(reglages) as ouverts, site(reglages, ouverts.coffre) as du_site:
        assert comptes.choisir_mot_de_passe(du_site, secret, BON) == "ines"
        session = du_site.sessions.ouvrir("ines")
        autre = console("compte", "reinitialiser", "ines", acteur="admin").document["lien"]
        assert autre != invite.document["lien"]
        assert not du_site.comptes.verifier_mot_de_passe("ines", BON)
        assert du_site.sessions.lire(session) is None
        assert du_site.liens.lire(autre.removeprefix("/invitation/")) == "ines"


def test_un_lien_dit_ou_est_le_site_quand_son_nom_est_declare(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DILIGENCE_HOTES", "subventions.invalid,aides.invalid")
    reponse = console.lancer(["agent", "inviter", "ines", "--courriel", "ines@exemple.fr", "--acteur", "admin"])
    assert "https://subventions.invalid/invitation/" in reponse.sortie
    assert "48 heures" in reponse.sortie


def test_nul_autre_n_invite_et_on_n_invite_qu_un_agent(console: Console) -> None:
    console.verifie_refus("role_manquant", "agent", "inviter", "rene", "--courriel", "rene@exemple.fr")
    console.verifie_refus("acteur_manquant", "agent", "inviter", "rene", "--courriel", "rene@exemple.fr", acteur=None)
    console.verifie_refus("acteur_inconnu", "agent", "inviter", "qui", "--courriel", "q@exemple.fr", acteur="admin")
    console.verifie_refus("saisie_invalide", "agent", "inviter", "rene", "--courriel", "rene", acteur="admin")
    console.verifie_refus("sans_compte", "compte", "reinitialiser", "rene", acteur="admin")
    console.verifie_refus("role_manquant", "compte", "reinitialiser", "rene")

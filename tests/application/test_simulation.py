"""A draft règlement tried on a closed campagne: nothing when it is unchanged; else who gains, who loses, and the cost."""

from html import unescape
from pathlib import Path

import pytest

from application.commandes import FichierRecu
from application.consultations.simulation import CampagnePasClose, simuler
from dispositifs.reglement import ValeurSansSource
from tests.application.seance import Region
from tests.moteur import EXEMPLES
from tests.web.fabrique import Site, devant_le_store

REGLEMENT = (EXEMPLES / "campagne.yaml").read_text(encoding="utf-8")


def projet(*remplaces: tuple[str, str]) -> FichierRecu:
    texte = REGLEMENT
    for avant, apres in remplaces:
        assert avant in texte, avant
        texte = texte.replace(avant, apres, 1)
    return FichierRecu("projet.yaml", texte.encode())


@pytest.fixture
def close(region: Region) -> list[str]:
    """Three proposed amounts under a campagne that is closed."""
    refs = region.instruire(3)
    region.faire("campagne clore", "admin", campagne="NQE-2026")
    return refs


def test_un_reglement_inchange_ne_change_aucun_montant(region: Region, close: list[str]) -> None:
    avant = region.services.store.derniere_position()
    lu = simuler(region.services, "NQE-2026", projet())
    assert (lu["calcules"], lu["differences"], lu["cout_centimes"]) == (len(close), [], 0)
    assert lu["avant_centimes"] == lu["apres_centimes"] > 0
    assert region.services.store.derniere_position() == avant, "nothing is recorded"


def test_un_taux_plus_bas_montre_les_pertes_et_le_cout(region: Region, close: list[str]) -> None:
    lu = simuler(region.services, "NQE-2026", projet(("valeur: 6000", "valeur: 3000")))
    assert [d["ref"] for d in lu["differences"]] == sorted(close)
    assert lu["gains_centimes"] == 0
    assert lu["pertes_centimes"] == lu["cout_centimes"] < 0
    for d in lu["differences"]:
        proposition = region.dossier(d["ref"]).proposition
        assert proposition is not None
        assert d["avant_centimes"] == proposition.montant_centimes
        assert d["ecart_centimes"] == d["apres_centimes"] - d["avant_centimes"] < 0


def test_un_projet_qui_ne_vaut_que_plus_tard_s_essaie_des_maintenant(region: Region, close: list[str]) -> None:
    plus_tard = projet(("valeur: 6000, depuis: 2026-01-01", "valeur: 3000, depuis: 2027-01-01"))
    assert len(simuler(region.services, "NQE-2026", plus_tard)["differences"]) == len(close)


def test_une_campagne_ouverte_ou_un_projet_sans_source_est_refuse(region: Region) -> None:
    with pytest.raises(CampagnePasClose):
        simuler(region.services, "NQE-2026", projet())
    region.faire("campagne clore", "admin", campagne="NQE-2026")
    with pytest.raises(ValeurSansSource):
        simuler(region.services, "NQE-2026", FichierRecu("p.yaml", REGLEMENT.replace("source: ", "note: ").encode()))


def test_la_page_dit_ce_qui_changerait_a_qui_peut_la_lire(region: Region, close: list[str], tmp_path: Path) -> None:
    with devant_le_store(region.services, f"sqlite:///{tmp_path / 'essai.db'}") as application:
        site = Site(application, region.services, {})
        admin = site.client_de("admin")
        assert "Essayer un projet de règlement" in admin.get("/campagnes/NQE-2026").text
        fichiers = {"fichier": ("projet.yaml", projet(("valeur: 6000", "valeur: 3000")).contenu)}
        lue = admin.post("/campagnes/NQE-2026/simuler", data={"jeton": admin.headers["x-jeton"]}, files=fichiers)
        page = unescape(lue.text).replace("\u00a0", " ")
        assert lue.status_code == 200
        assert "3 montants changeraient" in page
        assert close[0] in page
        vide = admin.post("/campagnes/NQE-2026/simuler", data={"jeton": admin.headers["x-jeton"]})
        assert (vide.status_code, "choisissez un fichier" in unescape(vide.text)) == (422, True)
        assert site.client_de("ines").get("/campagnes/NQE-2026/simuler").status_code == 403

"""What an administrateur sees of Démarche Numérique: how far each démarche is read, and what was not taken."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from application.teleservice.distant import RejetDeChamp, Repere, SuiviDistant
from tests.web.fabrique import MALVEILLANT, Site, ouvrir_site

QUAND = datetime(2026, 6, 1, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with ouvrir_site(tmp_path_factory.mktemp("teleservices")) as site:
        yield site


def test_une_base_qui_n_a_rien_lu_le_dit(site: Site) -> None:
    assert "Aucune démarche n’a été lue." in site.client_de("admin").get("/teleservices").text


def test_chaque_demarche_dit_sa_passe_sa_panne_et_ce_qui_n_a_pas_ete_pris(site: Site) -> None:
    reperes = site.application.state.portes.site.reperes
    reperes.noter(Repere(demarche=131_016, depuis=QUAND, finie_le=QUAND, panne="réponse 503 (exemple fictif)"))
    ref = site.refs["silence"]
    rejet = RejetDeChamp("Q2hhbXAtMQ==", MALVEILLANT, "la correspondance ne connaît pas ce champ", "une réponse")
    reperes.voir(131_016, SuiviDistant(4001, QUAND, ref, rejets=(rejet,)))
    reperes.voir(131_016, SuiviDistant(4002, QUAND, None, a_relire=True, rejets=(rejet,)))
    reperes.voir(131_016, SuiviDistant(4003, QUAND, ref))
    page = site.client_de("admin").get("/teleservices").text
    for dit in ("Démarche 131016", "2026", "réponse 503", "4001", "4002", f"/dossiers/{ref}", "pas encore"):
        assert dit in page, dit
    assert "<script>alert" not in page
    assert "une réponse" not in page, "what was answered stays in the coffre, or there"
    assert "4003" not in page


def test_elle_est_a_l_administrateur(site: Site) -> None:
    assert site.client_de("ines").get("/teleservices").status_code == 403

"""An avis by a link: it serves once, shows the pièces chosen and no others, and is revoked with its demande."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from aggregates.dossier import Dossier
from aggregates.dossier.completude import PieceRecue
from tests.application.seance import Region, installer_region
from tests.moteur import PIECES, REMISE, deposer, ouvrir_store
from tests.web.fabrique import Site, devant_le_store


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with ouvrir_store(tmp_path, repetition=True) as (services, base):
        region = installer_region(services)
        ref = deposer(services, pieces=PIECES, le=None, lot=None).ref
        region.moteur()
        region.faire("dossier declarer-complet", "ines", dossier=ref)
        region.faire("dossier demander-avis", "ines", dossier=ref, aupres_de="ville", delai="21 jours")
        region.faire("dossier enregistrer-remise", "ines", dossier=ref, **REMISE)
        with devant_le_store(services, base) as application:
            yield Site(application, services, {"avis": ref})


def versions(site: Site) -> dict[str, int]:
    """Return the fact of each pièce received."""
    recues = site.services.store.inscriptions(dossier(site).id)
    return {i.fait.code: i.entete.version for i in recues if isinstance(i.fait, PieceRecue)}


def dossier(site: Site) -> Dossier:
    return Region(site.services).dossier(site.refs["avis"])


def donner(site: Site, *pieces: int, aupres_de: str = "ville") -> str:
    """Return the path of a new link, as the page of an instructeur shows it once."""
    ines = site.client_de("ines")
    donnees = {"jeton": ines.headers["x-jeton"], "aupres_de": aupres_de, "pieces": [str(p) for p in pieces]}
    page = ines.post(f"/dossiers/{site.refs['avis']}/avis/lien", data=donnees)
    assert page.status_code == 200
    (chemin,) = re.findall(r"<code>http://127.0.0.1(/avis/[^<]+)</code>", page.text)
    return str(chemin)


def rendre(client: TestClient, lien: str, sens: str = "favorable", texte: str = "Très attendu.") -> tuple[int, str]:
    reponse = client.post("/avis", data={"secret": lien.rpartition("/")[2], "sens": sens, "texte": texte})
    return reponse.status_code, unescape(reponse.text)


def test_un_lien_montre_les_pieces_choisies_et_sert_une_fois(site: Site) -> None:
    connues = versions(site)
    lien = donner(site, connues["statuts"])
    dehors = site.anonyme
    page = dehors.get(lien)
    assert (page.status_code, "Rendre un avis" in page.text) == (200, True)
    assert site.refs["avis"] in page.text
    assert dehors.get(f"{lien}/pieces/{connues['statuts']}").content == b"statuts"
    assert dehors.get(f"{lien}/pieces/{connues['rib']}").status_code == 404
    assert rendre(dehors, lien, sens="peut-être")[0] == 422
    statut, dite = rendre(dehors, lien)
    assert (statut, "Votre avis est enregistré" in dite) == (200, True)
    assert Region(site.services).dossier(site.refs["avis"]).avis_rendus == {"ville": "favorable"}
    assert dehors.get(lien).status_code == 410
    assert dehors.get(f"{lien}/pieces/{connues['statuts']}").status_code == 422
    assert rendre(dehors, lien, "defavorable")[0] == 410
    histoire = unescape(site.client_de("ines").get(f"/dossiers/{site.refs['avis']}").text).replace("\u00a0", " ")
    assert "Avis favorable : ville, par le lien qui lui a été donné." in histoire


def test_un_lien_nouveau_annule_le_precedent_et_la_revocation_les_deux(site: Site) -> None:
    premier, second = donner(site), donner(site)
    assert site.anonyme.get(premier).status_code == 410
    assert site.anonyme.get(second).status_code == 200
    region = Region(site.services)
    region.faire("dossier revoquer-avis", "ines", dossier=site.refs["avis"], aupres_de="ville", motif="plus concernée")
    assert site.anonyme.get(second).status_code == 410
    assert rendre(site.anonyme, second)[0] == 410


def test_seul_un_instructeur_donne_un_lien_et_seulement_d_un_avis_attendu(site: Site) -> None:
    adresse = f"/dossiers/{site.refs['avis']}/avis/lien"
    assert site.client_de("fanny").get(adresse).status_code == 403
    assert site.anonyme.get(adresse).status_code == 303
    ines = site.client_de("ines")
    for donnees in ({"aupres_de": "caf"}, {"aupres_de": "ville", "pieces": ["99"]}):
        assert ines.post(adresse, data={"jeton": ines.headers["x-jeton"], **donnees}).status_code == 422
    assert site.anonyme.get("/avis/inconnu").status_code == 410


def test_chaque_piece_lue_par_le_lien_est_au_journal_des_lectures(site: Site) -> None:
    connues = versions(site)
    lien = donner(site, connues["statuts"])
    site.anonyme.get(f"{lien}/pieces/{connues['statuts']}")
    lues = site.application.state.portes.site.lectures.chercher(limite=10)
    assert "par le lien d’avis donné à « ville »" in str(lues)

"""One table of bounds for every body, whoever reads it: a page that names its fields, a form of a geste, an operation."""

import errno
import time
from typing import Any

import pytest

from application.commandes import FichierRecu
from application.gestes.recueil import par_nom
from tests.web.fabrique import Site
from web import corps
from web.corps import refus_des_fichiers
from web.formulaire.champs import champs_de
from web.formulaire.saisie import FormulaireRempli, lire
from web.formulaire.vue import VueDuFormulaire
from web.porte import ENTETES

GESTE = "/dossiers/gestes/deposer"
NOMMES = ("/file/vues", "/lots", "/horloge", "/connexion/agir-comme")
"""Addresses whose fields the framework reads by itself."""
EN_ADRESSE = {"Content-Type": "application/x-www-form-urlencoded"}


def statut(site: Site, adresse: str, **envoi: Any) -> int:
    return int(site.client_de("ines").post(adresse, **envoi).status_code)


@pytest.mark.parametrize("adresse", [GESTE, *NOMMES])
def test_un_corps_trop_lourd_trop_lent_ou_d_un_autre_alphabet_est_refuse_partout(
    site: Site, monkeypatch: pytest.MonkeyPatch, adresse: str
) -> None:
    assert statut(site, adresse, content=b"x" * (corps.TEXTE_MAX + 1), headers=EN_ADRESSE) == 413
    cache = {"Content-Type": "multipart/form-data; boundary=b; charset=utf-7"}
    assert statut(site, adresse, content=b"--b--", headers=cache) == 415
    monkeypatch.setattr(corps, "DELAI_S", 0)
    assert statut(site, adresse, data={"nom": "x"}) == 408


@pytest.mark.parametrize("adresse", NOMMES)
def test_ou_aucun_fichier_n_est_attendu_aucun_n_est_recu(site: Site, adresse: str) -> None:
    assert statut(site, adresse, files={"nom": ("un.txt", b"x")}) == 400


@pytest.mark.parametrize("adresse", [GESTE, "/api/v1/dossiers/deposer"])
def test_les_fichiers_d_une_demande_sont_bornes_un_par_un_et_ensemble(site: Site, adresse: str) -> None:
    trop_nombreux = [(f"f{rang}", (f"{rang}.txt", b"x")) for rang in range(corps.FICHIERS_MAX + 1)]
    assert statut(site, adresse, files=trop_nombreux) == 422
    recus = {f"f{rang}": (FichierRecu("a.pdf", b"x" * 40),) for rang in range(3)}
    (trop,) = refus_des_fichiers(recus, 40)
    assert (trop[0], trop[1].code) == ("f2", "fichier_trop_volumineux")
    (lourd,) = refus_des_fichiers({"f": (FichierRecu("a.pdf", b"x" * 41),)}, 40)
    assert "pèse plus de 40 octets" in lourd[1].message
    (vide,) = refus_des_fichiers({"f": (FichierRecu("a.pdf", b""),)}, 40)
    assert "est vide" in vide[1].message


@pytest.mark.parametrize("adresse", [GESTE, "/seances/gestes/prevoir"])
def test_un_champ_sans_nom_n_est_pas_une_faute(site: Site, adresse: str) -> None:
    """The fault that a fuzz met once: a form sent by hand with a blank name made every page of a geste fail."""
    assert site.client_de("ines" if adresse == GESTE else "aline").post(adresse, data={"": "x"}).status_code == 422


def test_dix_mille_champs_ne_coutent_pas_leur_carre() -> None:
    champs = champs_de(par_nom("dossier", "deposer"))

    def cout(lignes: int) -> float:
        textes = {f"budget.charges.{rang}.poste": ("x",) for rang in range(lignes)}
        saisie, debut = FormulaireRempli(textes), time.thread_time()
        lue = lire(champs, saisie, lambda _: ())
        VueDuFormulaire(saisie, lambda _: (), {}).champs(champs)
        assert len(lue.donnees["budget"]["charges"]) == lignes
        return time.thread_time() - debut

    cout(100)
    assert cout(4_000) < 10 * cout(1_000), "four times the rows, some four times the work"


@pytest.mark.parametrize("adresse", [GESTE, "/api/v1/dossiers/deposer", "/file/vues"])
def test_un_formulaire_sans_sa_fin_n_est_pas_un_formulaire_plus_court(site: Site, adresse: str) -> None:
    parties = b'--b\r\nContent-Disposition: form-data; name="objet"\r\n\r\nFestival\r\n'
    coupe = parties + b'--b\r\nContent-Disposition: form-data; name="f"; filename="f.pdf"\r\n\r\n%PDF'
    en_parties = {"Content-Type": "multipart/form-data; boundary=b"}
    assert {statut(site, adresse, content=corps, headers=en_parties) for corps in (parties, coupe)} == {400}


@pytest.mark.parametrize("adresse", [GESTE, "/api/v1/dossiers/deposer"])
def test_un_disque_plein_pendant_un_envoi_se_dit_et_n_enregistre_rien(
    site: Site, monkeypatch: pytest.MonkeyPatch, adresse: str
) -> None:
    async def plein(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    avant = site.services.store.derniere_position(), sorted(site.services.coffre.textes())
    with monkeypatch.context() as pendant:
        pendant.setattr("starlette.datastructures.UploadFile.write", plein)
        reponse = site.client_de("ines").post(adresse, files={"f": ("f.pdf", b"%PDF")})
    assert (reponse.status_code, reponse.headers["retry-after"]) == (503, "10")
    assert (site.services.store.derniere_position(), sorted(site.services.coffre.textes())) == avant
    assert statut(site, adresse, files={"f": ("f.pdf", b"%PDF")}) == 422, "it comes back by itself"


def test_un_refus_de_lire_a_aussi_tous_les_entetes(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    client, cache = site.client_de("ines"), {"Content-Type": "multipart/form-data; boundary=b; charset=utf-7"}
    reponses = [
        client.get("/", headers={"host": "ailleurs.example"}),
        client.post("/api/v1/file"),
        client.post(GESTE, content=b"--b--", headers=cache),
        client.post(GESTE, content=b"x" * (corps.TEXTE_MAX + 1), headers=EN_ADRESSE),
        site.anonyme.get("/api/v1/file"),
        site.anonyme.get("/file"),
    ]
    monkeypatch.setattr(site.application.state.portes.demandes, "limite", 0)
    reponses.append(client.get("/file"))
    assert [reponse.status_code for reponse in reponses] == [400, 405, 415, 413, 401, 303, 429]
    for reponse in reponses:
        assert {nom: reponse.headers.get(nom) for nom in ENTETES} == ENTETES, reponse.status_code

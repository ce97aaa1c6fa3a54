"""One's queue: what is awaited of oneself, one click for what can be undone, and back to the same place."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import quote
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from aggregates.dossier import Dossier
from application.commandes import Appel
from application.gestes.recueil import par_nom
from application.sans_moteur import faire_ce_qui_est_du
from tests.moteur import AVEC_GRILLE, PIECES, deposer, faire, la_campagne, un_depot
from tests.web.fabrique import Site, ouvrir_site

LIGNE = re.compile(r"<tr role=\"row\">.*?</tr>", re.S)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A store of its own: these tests write."""
    with ouvrir_site(tmp_path_factory.mktemp("file")) as site:
        yield site


def lignes(client: TestClient, adresse: str) -> list[str]:
    reponse = client.get(adresse)
    assert reponse.status_code == 200, reponse.text
    return [unescape(ligne).replace("\u00a0", " ") for ligne in LIGNE.findall(reponse.text)][1:]


def test_chacun_lit_d_abord_ce_qu_on_attend_de_lui(site: Site) -> None:
    a_viser = f"/file?q={site.refs['visa']}"
    assert any("Viser" in ligne for ligne in lignes(site.client_de("rene"), a_viser))
    assert not any("Viser" in ligne for ligne in lignes(site.client_de("ines"), a_viser))
    assert len(lignes(site.client_de("ines"), "/file?de=tous&q=%20CP-2026")) == 1
    faire(site.services, "agent enregistrer", "admin", identifiant="aude", roles="auditeur")
    # nothing is ever awaited of an auditor: what is awaited of the others is what it comes to read
    assert len(lignes(site.client_de("aude"), "/file")) > 1


def test_un_geste_qu_on_peut_defaire_se_fait_d_un_clic_et_ramene_a_la_suite(site: Site) -> None:
    client = site.client_de("ines")
    ref = deposer(site.services, pieces=PIECES, le=None, lot=None).ref
    (ligne,) = [lue for lue in lignes(client, f"/file?q={ref}&quoi=") if "Examen de la complétude" in lue]
    caches = dict(re.findall(r'name="(\w+)" value="([^"]*)"', ligne))
    assert caches["vers"] == f"/file?q={ref}"
    action = re.search(r'action="([^"]+)"', ligne)
    assert action is not None
    reponse = client.post(action[1], data=caches)
    assert reponse.headers["location"] == f"/file?q={ref}&recu={caches['commande_id']}"
    suite = client.get(reponse.headers["location"])
    assert "Dossier déclaré complet" in unescape(suite.text)
    assert "Défaire ce geste" in suite.text
    assert suite.text.count("autofocus") == 1, "the next row is one key away"
    assert client.post(action[1], data=caches).headers["location"] == reponse.headers["location"], "sent twice"


def test_tout_est_verifie_d_un_clic_de_la_file_ou_du_dossier_et_se_defait(site: Site) -> None:
    """The form stays beside it, for whoever verifies a part or sets one aside."""
    client = site.client_de("ines")
    faire(site.services, "campagne ouvrir", "admin", fichier=la_campagne(2026, AVEC_GRILLE))
    ref = faire(site.services, "dossier deposer", "ines", **un_depot(PIECES, AVEC_GRILLE)).ref
    (ligne,) = [lue for lue in lignes(client, f"/file?q={ref}") if "Tout est vérifié" in lue]
    dossier = unescape(client.get(f"/dossiers/{ref}").text)
    assert f'<a class="bouton creux" href="/dossiers/{ref}/gestes/verifier-pieces">Vérifier les pièces</a>' in dossier
    assert f'/dossiers/{ref}/gestes/ecarter-piece"' in dossier
    assert f'action="/dossiers/{ref}/gestes/declarer-complet"' not in dossier, "no button that the engine refuses now"
    assert "Relevé d’identité bancaire" in dossier, "a pièce has the name that the règlement gives it"
    (action,) = re.findall(r'action="([^"]+)"', ligne)
    verifie = client.post(action, data=dict(re.findall(r'name="(\w+)" value="([^"]*)"', ligne)))
    page = unescape(client.get(verifie.headers["location"]).text)
    assert "Pièces vérifiées :" in page.replace("\u00a0", " ")
    assert any("Déclarer complet" in lue for lue in lignes(client, f"/file?q={ref}"))
    (defaire,) = re.findall(r'<form method="post" action="([^"]+/annuler-verification)">(.*?)Défaire', page, re.S)
    assert (
        client.post(defaire[0], data=dict(re.findall(r'name="(\w+)" value="([^"]*)"', defaire[1]))).status_code == 303
    )
    dossier = unescape(client.get(f"/dossiers/{ref}").text)
    (clic,) = re.findall(r'<form method="post" action="([^"]+/verifier-pieces)">(.*?)<button', dossier, re.S)
    assert client.post(clic[0], data=dict(re.findall(r'name="(\w+)" value="([^"]*)"', clic[1]))).status_code == 303


@pytest.mark.parametrize("ailleurs", ["https://ailleurs.example/", "//ailleurs.example", "/\\ailleurs.example"])
def test_on_ne_revient_que_sur_ce_site(site: Site, ailleurs: str) -> None:
    client = site.client_de("ines")
    ref = deposer(site.services, pieces=PIECES, le=None, lot=None).ref
    page = client.get(f"/dossiers/{ref}/gestes/declarer-complet?vers={quote(ailleurs)}").text.split('class="geste"')[1]
    assert "ailleurs" not in page
    caches = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    reponse = client.post(f"/dossiers/{ref}/gestes/declarer-complet", data={**caches, "vers": ailleurs})
    assert reponse.headers["location"].startswith(f"/dossiers/{ref}?recu=")


def test_la_file_se_filtre_par_mots_campagne_etape_et_lenteur(site: Site) -> None:
    client = site.client_de("ines")
    toutes = lignes(client, "/file?de=tous")
    retard = lignes(client, "/file?de=tous&quoi=en_retard")
    assert 0 < len(retard) < len(toutes)
    assert all("En retard" in ligne for ligne in retard)
    assert all("plus lent que d’habitude" in ligne for ligne in lignes(client, "/file?de=tous&quoi=lentes"))
    assert all("NQE-" in ligne for ligne in lignes(client, "/file?de=tous&campagne=NQE-2026"))
    assert "Aucune ligne ne répond à ce filtre" in client.get("/file?q=introuvable-ici").text
    assert client.get("/file?quoi=autre").status_code == 422


def test_transition_12_la_file_montre_a_moi_a_mon_groupe_et_a_personne(site: Site) -> None:
    a_moi, au_groupe, libre = (deposer(site.services, pieces=PIECES, le=None, lot=None).ref for _ in range(3))
    faire(site.services, "agent rattacher", "admin", agent="ines", groupes="nord")
    faire(site.services, "dossier prendre-en-charge", "ines", dossier=a_moi)
    faire(site.services, "dossier affecter", "rene", dossier=au_groupe, groupe="nord")
    client = site.client_de("ines")
    for charge, attendu in {"moi": a_moi, "groupe": au_groupe, "personne": libre}.items():
        vues = lignes(client, f"/file?de=tous&charge={charge}")
        par_l_api = client.get(f"/api/v1/file?charge={charge}").json()["lignes"]
        assert attendu in {li["ref"] for li in par_l_api}
        assert [ref for ref in (a_moi, au_groupe, libre) if any(ref in vue for vue in vues)] == [attendu]
    assert lignes(site.client_de("rene"), "/file?de=tous&charge=groupe") == []
    assert client.get("/file?charge=autre").status_code == 422
    assert client.get("/api/v1/file?charge=autre").json()["refus"]["code"] == "saisie_invalide"


def test_qui_pouvait_signer_le_jour_de_la_demande_se_lit_au_dossier(site: Site) -> None:
    ref = deposer(site.services, pieces=PIECES, le=None, lot=None).ref
    faire_ce_qui_est_du(site.services, 0, "cli")
    tiers = str(site.services.trouver(Dossier, ref).tiers_id)
    for personne, du in {"Mme Avant": "2020-01-01", "M. Demain": "2030-01-01"}.items():
        pouvoir = {"personne": personne, "du": du, "qualite": "representant_legal", "acte": "exemple fictif"}
        par_nom("tiers", "declarer-representant").recevoir(
            {"tiers": tiers, **pouvoir}, Appel(acteur="ines", commande_id=uuid4()), site.services
        )
    page = unescape(site.client_de("ines").get(f"/dossiers/{ref}").text)
    assert "Mme Avant, représentant légal" in page
    assert "M. Demain" not in page


def test_une_note_se_lit_au_dossier_par_ceux_qui_instruisent_seulement(site: Site) -> None:
    ref = deposer(site.services, pieces=PIECES, le=None, lot=None).ref
    faire(site.services, "dossier noter", "ines", dossier=ref, texte="rappeler lundi matin")
    assert "rappeler lundi matin" in site.client_de("rene").get(f"/dossiers/{ref}").text
    faire(site.services, "agent enregistrer", "admin", identifiant="pat", roles="partenaire")
    assert "rappeler lundi matin" not in site.client_de("pat").get(f"/dossiers/{ref}").text
    evenements = site.client_de("ines").get("/api/v1/evenements?apres=0&limite=1000").text
    assert "rappeler lundi matin" not in evenements, "the text is in the coffre alone"


def test_les_six_semaines_qui_viennent_et_leur_agenda(site: Site) -> None:
    client = site.client_de("ines")
    page = unescape(client.get("/echeances?de=tous").text).replace("\u00a0", " ")
    assert "12 août 2026" not in page, "beyond six weeks"
    agenda = client.get("/echeances.ics?de=tous")
    assert agenda.headers["content-type"] == "text/calendar; charset=utf-8"
    assert page.count('<tr role="row">\n') == agenda.text.count("BEGIN:VEVENT") > 0
    assert "Les Passerelles" not in agenda.text, "an agenda names dossiers, not people"
    assert all(len(ligne.encode()) <= 75 for ligne in agenda.text.split("\r\n"))


def test_les_retards_disent_l_effet_deja_produit(site: Site) -> None:
    page = unescape(site.client_de("ines").get("/en-retard?de=tous").text).replace("\u00a0", " ")
    assert "En retard de 11 jours" in page
    assert "un rejet implicite est né. L’instruction continue" in page
    nes = lignes(site.client_de("ines"), "/file?de=tous&quoi=effets")
    passes = page.partition("Le délai légal a passé")[2]
    assert passes.startswith(f" : {len(nes)}</h2>")
    assert passes.count('<tr role="row">\n<th') == passes.count("rejet implicite né") == len(nes)
    assert all("rejet implicite né" in ligne for ligne in nes)


def test_ce_qui_ne_bouge_pas_est_montre(site: Site) -> None:
    page = unescape(site.client_de("ines").get("/bloques").text).replace("\u00a0", " ")
    assert "tout ce qui est ouvert dit ce qu’il attend" in page
    assert "au-delà de l’usage, les plus anciennes d’abord" in page


def test_une_vue_se_garde_se_retrouve_et_s_ote(site: Site) -> None:
    client = site.client_de("ines")
    page = client.get("/file?de=tous&quoi=en_retard").text
    jeton = re.search(r'name="jeton" value="([^"]+)"', page)
    assert jeton is not None
    garde = {"jeton": jeton[1], "demande": "de=tous&quoi=en_retard&", "nom": "  <b>Retards</b>  de tous "}
    assert client.post("/file/vues", data=garde).headers["location"] == "/file?de=tous&quoi=en_retard"
    assert client.post("/file/vues", data=garde).status_code == 303, "the same name is the same view"
    page = client.get("/file").text
    assert page.count("&lt;b&gt;Retards&lt;/b&gt; de tous</a>") == 1
    assert 'href="/file?de=tous&amp;quoi=en_retard"' in page
    assert "Retards" not in site.client_de("rene").get("/file").text
    assert client.post("/file/vues", data={**garde, "nom": " "}).status_code == 422
    assert client.post("/file/vues", data={**garde, "demande": "de=roi"}).status_code == 422
    oter = re.search(r'action="(/file/vues/[^"]+/oter)"', page)
    assert oter is not None
    site.client_de("rene").post(oter[1], data={"jeton": jeton[1]})
    assert "Retards" in client.get("/file").text, "another’s view stays"
    client.post(oter[1], data={"jeton": jeton[1]})
    assert "Retards" not in client.get("/file").text


def test_le_dossier_suivant_est_celui_de_la_file_meme_apres_le_geste_qui_l_en_ote(site: Site) -> None:
    client = site.client_de("ines")
    deposes = [deposer(site.services, pieces=PIECES, le=None, lot=None).ref for _ in range(3)]
    file = "/file?campagne=NQE-2026&etape=depose"
    liens = [re.search(r'<a href="(/dossiers/[^"]+)"', ligne) for ligne in lignes(client, file)]
    refs = list(dict.fromkeys(lien[1].partition("?")[0].rpartition("/")[2] for lien in liens if lien))
    assert set(deposes) <= set(refs)
    premier, du_milieu, dernier = refs[:3]
    lien = next(lien[1] for lien in liens if lien and du_milieu in lien[1])
    page = client.get(lien).text
    assert re.findall(r'href="/dossiers/([^?]+)\?[^"]*" rel="(prev|next)"', page) == [
        (premier, "prev"),
        (dernier, "next"),
    ]
    assert f'<a href="{file.replace("&", "&amp;")}">‹ File</a>' in page
    formulaire = page.split("/gestes/declarer-complet", 1)[1].split("</form>", 1)[0]
    caches = {nom: unescape(v) for nom, v in re.findall(r'name="(\w+)" value="([^"]*)"', formulaire)}
    fait = client.post(f"/dossiers/{du_milieu}/gestes/declarer-complet", data=caches)
    assert fait.headers["location"] == f"{lien}&recu={caches['commande_id']}"
    page = client.get(fait.headers["location"]).text
    assert "Dossier déclaré complet" in unescape(page)
    (suivant,) = re.findall(r'href="(/dossiers/[^"]+)" rel="next" autofocus', page)
    assert suivant.startswith(f"/dossiers/{dernier}?"), "the row is gone from the queue: what followed it still does"
    assert page.count("autofocus") == 1
    assert client.get(unescape(suivant)).status_code == 200
    defaire = page.split('id="recu"', 1)[1].split("</form>", 1)[0]
    (action,) = re.findall(r'action="([^"]+)"', defaire)
    caches = {nom: unescape(v) for nom, v in re.findall(r'name="(\w+)" value="([^"]*)"', defaire)}
    assert client.post(action, data=caches).headers["location"] == f"{lien}&recu={caches['commande_id']}"


def test_hors_de_la_file_un_dossier_n_a_pas_de_voisins(site: Site) -> None:
    client = site.client_de("ines")
    adresse = f"/dossiers/{site.refs['avis']}"
    assert "Dans la file" not in client.get(adresse).text
    assert client.get(f"{adresse}?ligne=rien").status_code == 422
    assert client.get(f"{adresse}?file=de%3Dpersonne&ligne=bGE").status_code == 422

"""The page of one dossier: the whole request, its pièces opened, and the journal of who read what the coffre holds."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from application.commandes import FichierRecu
from application.faits_dits import VOIES
from application.genres import reconnaitre
from application.noms import OUBLIE, RESERVE
from application.site import LectureNonJournalisee
from kernel.attentes import Role
from kernel.identifiants import identifiant
from kernel.instants import Instant
from tests.moteur import EXEMPLES, deposer, faire
from tests.web.fabrique import MALVEILLANT, Site, ouvrir_site
from tests.web.formulaires import Personne
from web.acces import CONTENUS
from web.contenus import NON_COMMUNICABLE
from web.piece import nom_sur

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
NBSP = "\u00a0"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with ouvrir_site(tmp_path_factory.mktemp("dossier")) as site:
        depot = json.loads((EXEMPLES / "depots" / "02.json").read_text(encoding="utf-8"))
        depot.update(objet="Jardins relus", criteres={"quartier": MALVEILLANT}, pieces=[])
        depot["contact"] = {"nom": f"Camille {MALVEILLANT}", "courriel": "camille@exemple.invalid"}
        depose = FichierRecu("depot.json", json.dumps(depot).encode())
        ref = site.refs["entier"] = faire(site.services, "dossier deposer", "ines", depot=depose).ref
        for code, nom, contenu in (
            ("statuts", f'../"{MALVEILLANT}\r\n.pdf', b"%PDF-1.7 exemple"),
            ("budget", "budget.html", b"<html><script>alert(1)</script>"),
            ("rib", "rib.pdf", b"MZ\x00\x90 un programme"),
            ("attestation_cer", "photo.pdf", PNG),
        ):
            fichier = FichierRecu(nom, contenu)
            faire(site.services, "dossier recevoir-piece", "ines", dossier=ref, code=code, fichier=fichier)
        faire(site.services, "dossier declarer-complet", "ines", dossier=ref)
        avis: dict[str, Any] = {"dossier": ref, "aupres_de": "ville"}
        faire(site.services, "dossier demander-avis", "ines", delai="1 mois", **avis)
        faire(site.services, "dossier rendre-avis", "ines", sens="reserve", texte=f"Réserves : {MALVEILLANT}", **avis)
        bailleur: dict[str, Any] = {"ligne": 3, "financeur": "prive", "source": "courrier (exemple fictif)"}
        faire(site.services, "dossier coder-financeur", "ines", dossier=ref, **bailleur)
        faire(site.services, "dossier proposer", "ines", dossier=ref)
        for role in (Role.FINANCE, Role.AUDITEUR, Role.ORDONNATEUR, Role.ADMINISTRATEUR):
            faire(site.services, "agent enregistrer", "admin", identifiant=f"un-{role}", roles=role.value)
        yield site


@pytest.fixture
def client(site: Site) -> TestClient:
    return site.client_de("ines")


def lue(client: TestClient, adresse: str) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == 200
    return unescape(reponse.text)


def version_de(site: Site, code: str) -> int:
    inscriptions = site.services.store.inscriptions(identifiant("dossier", site.refs["entier"]))
    return next(i.entete.version for i in inscriptions if getattr(i.fait, "code", None) == code)


def lectures(site: Site, **filtre: str) -> list[str]:
    portes = site.application.state.portes
    return [f"{lue.agent} : {lue.quoi}" for lue in portes.site.lectures.chercher(limite=None, **filtre)]


def test_la_demande_se_lit_en_entier(site: Site, client: TestClient) -> None:
    page = lue(client, f"/dossiers/{site.refs['entier']}")
    for dit in (
        "camille@exemple.invalid",
        "(QN08001M)",
        "du 5\u00a0juillet\u00a02026 au 7\u00a0août\u00a02026",
        "Réservé",
        "Réserves : <script>",
        "Calcul du montant",
        "Exigée par",
        "SHA-256",
        "Critères",
    ):
        assert dit in page, dit
    assert page.count("<code>") == 4


def test_une_page_ne_demande_chaque_flux_qu_une_fois_et_se_lit_au_meme_instant(
    site: Site, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some twenty gestes are tried on it: asked by each, the dossier, its campagne and the clock were most of the page."""
    demandes: Counter[UUID] = Counter()
    heures: list[Instant] = []
    evenements, enregistreur = site.services.store.application.events, site.services.store.enregistreur
    demander, heure = evenements.get, enregistreur.maintenant

    def compter(flux: UUID, **bornes: Any) -> Any:
        demandes.update([flux])
        return demander(flux, **bornes)

    def noter() -> Instant:
        heures.append(heure())
        return heures[-1]

    monkeypatch.setattr(evenements, "get", compter)
    monkeypatch.setattr(enregistreur, "maintenant", noter)
    assert "Proposer un montant" in lue(client, f"/dossiers/{site.refs['entier']}")
    assert demandes.pop(identifiant("agent", "ines")) <= 3  # at the door, among those of a rehearsal, then for the page
    assert set(demandes.values()) == {1}
    assert len(heures) <= 4


def test_ce_qui_a_ete_tape_reste_du_texte(site: Site, client: TestClient) -> None:
    page = client.get(f"/dossiers/{site.refs['entier']}").text
    assert "<script>" not in page
    assert unescape(page).count("<script>alert(1)</script> &") >= 4, "contact, criterion, avis, name of a pièce"


def test_chaque_montant_mene_au_fait_qui_l_a_fixe(site: Site, client: TestClient) -> None:
    page = client.get(f"/dossiers/{site.refs['entier']}").text
    fixes = re.findall(r'<tr><th scope="row">(\w+)</th><td class="nombre"><a href="#(fait-\d+)">', page)
    assert dict(fixes)["Demandé"] == "fait-1"
    propose = next(ancre for mot, ancre in fixes if mot == "Proposé")
    assert "Proposition de" in page.split(f'id="{propose}"', 1)[1].split("</li>", 1)[0]


def test_l_histoire_dit_ce_que_chaque_fait_change_le_dernier_d_abord(site: Site, client: TestClient) -> None:
    page = lue(client, f"/dossiers/{site.refs['entier']}")
    versions = [int(v) for v in re.findall(r'<li id="fait-(\d+)">', page)]
    assert versions == sorted(versions, reverse=True)
    dernier = page.split(f'id="fait-{versions[0]}"', 1)[1].split("</li>", 1)[0]
    assert '<del><span class="invisible">avant </span>En instruction</del>' in dernier
    assert '<ins><span class="invisible">après </span>Proposé</ins>' in dernier


@pytest.mark.parametrize(
    ("code", "media", "disposition", "nom"),
    [
        ("statuts", "application/pdf", "attachment", ".pdf"),
        ("budget", "text/plain; charset=utf-8", "inline", "budget.txt"),
        ("rib", "application/octet-stream", "attachment", "rib.pdf.inconnu"),
        ("attestation_cer", "image/png", "inline", "photo.png"),
    ],
)
def test_une_piece_s_ouvre_isolee_par_ce_qu_elle_est(
    site: Site, client: TestClient, code: str, media: str, disposition: str, nom: str
) -> None:
    version = version_de(site, code)
    reponse = client.get(f"/dossiers/{site.refs['entier']}/pieces/{version}")
    entetes = reponse.headers
    assert (reponse.status_code, entetes["content-type"]) == (200, media)
    assert entetes["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert "allow" not in entetes["content-security-policy"]
    assert (entetes["x-content-type-options"], entetes["cache-control"]) == ("nosniff", "no-store")
    assert entetes["content-disposition"].startswith(f"{disposition}; filename*=UTF-8''")
    assert entetes["content-disposition"].endswith(nom)
    assert f"ines : la pièce « {code} »" in lectures(site)


def test_un_nom_ne_sort_ni_de_son_dossier_ni_de_son_en_tete() -> None:
    pdf = reconnaitre(b"%PDF-1.4")
    assert nom_sur("../../etc/passwd", pdf) == "passwd.pdf"
    assert nom_sur("..\\..\\a\r\nSet-Cookie: x.pdf", pdf) == "aSet-Cookie: x.pdf"
    assert nom_sur("\u202efdp.exe", reconnaitre(b"MZ\x00")) == "fdp.exe"
    assert nom_sur("", pdf) == "piece.pdf"
    assert reconnaitre(b"\xff\xfe\x00\x01").media == "application/octet-stream"
    assert reconnaitre("à demi coupé é".encode()[:-1]).media.startswith("text/plain")


def test_une_piece_s_ouvre_par_son_code_dans_sa_derniere_version(site: Site, client: TestClient) -> None:
    ref = deposer(site.services, pieces=("statuts",), le=None, lot=None).ref
    adresse = f"/dossiers/{ref}/pieces/statuts"
    premiere = client.get(adresse)
    assert "la dernière version" not in lue(client, f"/dossiers/{ref}")
    fichier = FichierRecu("statuts-2.txt", b"Statuts relus")
    faire(site.services, "dossier recevoir-piece", "ines", dossier=ref, code="statuts", fichier=fichier)
    derniere = client.get(adresse)
    assert (premiere.status_code, derniere.text) == (200, "Statuts relus")
    assert premiere.text != derniere.text
    assert f'<a href="{adresse}">la dernière version</a>' in lue(client, f"/dossiers/{ref}")
    assert lectures(site, ref=ref).count("ines : la pièce « statuts »") == 2
    assert "Les pièces sont réservées" in site.client_de("un-administrateur").get(adresse).text
    assert lectures(site, ref=ref, agent="un-administrateur") == []


@pytest.mark.parametrize("version", ["1", "99", "0", "-1", "cerfa", "STATUTS"])
def test_un_numero_qui_n_est_pas_celui_d_une_piece_est_introuvable(
    site: Site, client: TestClient, version: str
) -> None:
    assert client.get(f"/dossiers/{site.refs['entier']}/pieces/{version}").status_code == 404


def test_chaque_vue_est_au_journal_et_une_vue_sans_texte_n_y_est_pas(site: Site, client: TestClient) -> None:
    avant = len(lectures(site))
    client.get(f"/dossiers/{site.refs['entier']}")
    client.get(f"/api/v1/dossiers/{site.refs['entier']}")
    client.get(f"/api/v1/dossiers/{site.refs['entier']}/historique")
    client.get("/dossiers")
    assert lectures(site)[: len(lectures(site)) - avant] == [
        "ines : les motifs",
        "ines : la demande",
        "ines : le contact, la demande, les motifs, les avis, les pièces",
    ]
    assert set(lectures(site, ref=site.refs["entier"], agent="ines")) <= set(lectures(site))


def test_ce_que_le_role_ne_lit_pas_n_est_ni_montre_ni_note(site: Site) -> None:
    ref, version = site.refs["entier"], version_de(site, "statuts")
    admin = site.client_de("un-administrateur")
    page = lue(admin, f"/dossiers/{ref}")
    assert "Vous ne lisez pas ici le contact, la demande, les avis, les pièces" in page
    assert "camille@exemple.invalid" not in page
    assert "alert(1)" not in page
    assert RESERVE in page
    assert f"{ref}/pieces/" not in page
    assert lectures(site, agent="un-administrateur") == ["un-administrateur : les motifs"]
    refus = admin.get(f"/dossiers/{ref}/pieces/{version}")
    assert (refus.status_code, "Les pièces sont réservées" in refus.text) == (403, True)
    assert {p["financeur"] for p in admin.get(f"/api/v1/dossiers/{ref}").json()["budget"]["produits"]} == {RESERVE}
    assert "Réserves :" not in lue(site.client_de("un-finance"), f"/dossiers/{ref}")
    assert "Réserves :" in lue(site.client_de("un-auditeur"), f"/dossiers/{ref}")
    assert "camille@" not in lue(site.client_de("un-ordonnateur"), f"/dossiers/{ref}")


def test_un_avis_n_est_lu_ni_du_porteur_ni_d_un_partenaire() -> None:
    assert not CONTENUS["les avis"] & {Role.PORTEUR, Role.PARTENAIRE}
    assert not CONTENUS["le contact"] & {Role.PARTENAIRE, Role.ADMINISTRATEUR}


def test_ce_qui_ne_peut_pas_etre_note_n_est_pas_montre_et_le_reste_l_est(
    site: Site, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def en_panne(*_: object) -> None:
        raise LectureNonJournalisee

    monkeypatch.setattr(site.application.state.portes.site.lectures, "noter", en_panne)
    ref = site.refs["entier"]
    page = lue(client, f"/dossiers/{ref}")
    assert "Le journal des lectures ne répond pas" in page
    assert "Pourquoi ce dossier attend" in page
    assert "camille@exemple.invalid" not in page
    assert "alert(1)" not in page
    ouverte = client.get(f"/dossiers/{ref}/pieces/{version_de(site, 'statuts')}")
    assert (ouverte.status_code, "%PDF" in ouverte.text) == (503, False)


def test_une_base_du_site_qui_ne_s_ecrit_pas_est_une_lecture_non_journalisee(
    site: Site, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = site.application.state.portes.site.lectures._base
    with base.ecrire() as connexion:
        connexion.exec_driver_sql("ALTER TABLE lectures RENAME TO perdues")
    try:
        assert "Le journal des lectures ne répond pas" in lue(client, f"/dossiers/{site.refs['entier']}")
    finally:
        with base.ecrire() as connexion:
            connexion.exec_driver_sql("ALTER TABLE perdues RENAME TO lectures")


def test_les_lectures_trop_anciennes_s_effacent(
    site: Site, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = site.application.state.portes.site.lectures
    client.get(f"/dossiers/{site.refs['entier']}")
    assert lectures(site)
    monkeypatch.setattr(journal, "_conservation", timedelta(0))
    assert lectures(site) == []
    client.get(f"/dossiers/{site.refs['entier']}")
    monkeypatch.undo()
    assert len(lectures(site)) == 1


def test_ce_qui_est_oublie_ne_se_lit_plus(site: Site, client: TestClient) -> None:
    ref = site.refs["retire"]
    version = next(
        i.entete.version
        for i in site.services.store.inscriptions(identifiant("dossier", ref))
        if i.fait.topic == "dossier.piece_recue.v1"
    )
    assert client.get(f"/dossiers/{ref}/pieces/{version}").status_code == 200
    assert "Projet abandonné" in lue(client, f"/dossiers/{ref}")
    faire(site.services, "campagne fixer-dua", "admin", campagne="NQE-2026", duree="1 jour", source="exemple fictif")
    site.services.store.enregistreur.regler_horloge(site.services.maintenant() + timedelta(days=2))
    faire(site.services, "dossier oublier", "admin", dossier=ref, motif="Demande fictive d’effacement")
    site.services.coffre.detruire_cle(identifiant("dossier", ref))
    page = lue(client, f"/dossiers/{ref}")
    assert "Projet abandonné" not in page
    assert OUBLIE in page
    oubliee = client.get(f"/dossiers/{ref}/pieces/{version}")
    assert (oubliee.status_code, "oublié" in oubliee.text) == (422, True)


def test_l_histoire_se_lit_par_voie_par_agent_et_depuis_un_jour(site: Site, client: TestClient) -> None:
    adresse = f"/dossiers/{site.refs['entier']}"
    tous = re.findall(r'<li id="(fait-\d+)">', client.get(adresse).text)
    par_voie = {v: re.findall(r'<li id="(fait-\d+)">', client.get(f"{adresse}?voie={v}").text) for v in VOIES}
    assert sorted(fait for faits in par_voie.values() for fait in faits) == sorted(tous), "each is of one way"
    assert {voie: len(faits) for voie, faits in par_voie.items() if voie != "instruction"} == {
        "pieces": 4,
        "avis": 2,
        "vote": 0,
        "recours": 0,
        "argent": 0,
    }
    avis = lue(client, f"{adresse}?voie=avis&qui=ines&connu_au=")
    assert f"2 faits sur {len(tous)}" in avis.replace(NBSP, " ")
    assert f'href="{adresse}#fait-1"' in avis, "the fact that set an amount is shown by another address"
    alors = unescape(client.get(f"{adresse}?voie=avis&au=2030-01-01").text)
    assert f'href="{adresse}?au=2030-01-01#fait-1"' in alors, "the past stays the past"
    assert '<option value="avis" selected>' in avis
    assert "0 fait sur" in lue(client, f"{adresse}?depuis=31/12/2030").replace(NBSP, " ")
    assert client.get(f"{adresse}?voie=autre").status_code == 422
    assert client.get(f"{adresse}?depuis=demain").status_code == 422


def test_le_sens_d_un_avis_ne_se_lit_que_de_qui_lit_les_avis(site: Site, client: TestClient) -> None:
    """Its sentence is left out wherever its history is told; that there is one, and when, is not hidden."""
    ref = site.refs["entier"]
    ((version, position),) = [
        (i.entete.version, i.position or 0)
        for i in site.services.store.inscriptions(identifiant("dossier", ref))
        if i.fait.topic == "dossier.avis_rendu.v1"
    ]
    assert "Avis réservé" in lue(client, f"/dossiers/{ref}")
    for login in ("un-finance", "un-administrateur"):
        admin = site.client_de(login)
        page = lue(admin, f"/dossiers/{ref}")
        assert "Avis réservé" not in page
        assert "Réservé" not in page
        assert NON_COMMUNICABLE in page.split(f'<li id="fait-{version}">', 1)[1].split("</li>", 1)[0]
        historique = admin.get(f"/api/v1/dossiers/{ref}/historique").json()
        assert historique[version - 1]["phrase"] == NON_COMMUNICABLE
        assert "Avis réservé" not in lue(admin, f"/dossiers/{ref}/comparer?du=2026-01-01&au=")
        (fait,) = admin.get(f"/api/v1/evenements?apres={position - 1}&limite=1").json()
        assert (fait["type"], fait["data"]["fait"]) == ("dossier.avis_rendu.v1", {})
    (fait,) = client.get(f"/api/v1/evenements?apres={position - 1}&limite=1").json()
    assert fait["data"]["fait"]["sens"] == "reserve"
    for adresse in (f"/audit/rejeu/{ref}", f"/audit/rejeu/{ref}?fait={version}", f"/audit/faits?numero={ref}"):
        assert "Avis réservé" not in lue(admin, adresse)
        assert NON_COMMUNICABLE in lue(admin, adresse)
        assert "Avis réservé" in lue(site.client_de("un-auditeur"), adresse)


def test_les_voies_disent_ou_chacune_en_est(site: Site, client: TestClient) -> None:
    page = lue(client, f"/dossiers/{site.refs['entier']}")
    voies = dict(re.findall(r"<li><strong>(\w+)</strong>.*?<small>(.*?)</small>", page, re.S))
    assert voies["Instruction"].replace(NBSP, " ") == "étape 3 sur 5, proposé ; ensuite : à l’ordre du jour"
    assert [voies[nom] for nom in ("Acte", "Engagement", "Paiement")] == ["pas encore"] * 3


def test_son_formulaire_dit_de_qui_il_s_agit_et_demande_un_motif_a_son_champ(site: Site) -> None:
    ines = Personne(site.client_de("ines"), en_navigateur=True)
    refus = ines.faire(f"/dossiers/{site.refs['avis']}/gestes/proposer", {"montant_centimes": 100})
    assert refus.status_code == 422
    dit = unescape(refus.text).replace("\u00a0", " ").replace("\u202f", " ")
    assert "Les Passerelles (exemple) · 12 000,00 € demandés" in dit
    assert re.search(
        r'<a href="#motif">Motif : Le règlement calcule [\d ]+,00 € : un montant inférieur exige un motif.</a>', dit
    )

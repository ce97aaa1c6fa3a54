"""Every geste through the API: made from its class, done under the name of who is signed in, answered when it is written."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import Response

from application.commandes import FichierRecu
from application.declaration import Geste
from application.exemples import exemple
from application.gestes.recueil import par_nom, tous
from tests.moteur import EXEMPLES, faire
from tests.web.fabrique import Site, ouvrir_site
from web import corps
from web.adresses import adresse_du_geste
from web.api.schemas import LectureDeCorps


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with ouvrir_site(tmp_path_factory.mktemp("gestes")) as site:
        yield site


@pytest.fixture(scope="module")
def description(site: Site) -> Any:
    return site.anonyme.get("/api/v1/openapi.json").json()


def code(reponse: Response) -> tuple[int, str]:
    corps = reponse.json()
    assert reponse.headers["content-type"] == "application/problem+json", corps
    assert (corps["status"], corps["detail"]) == (reponse.status_code, corps["refus"]["message"])
    return reponse.status_code, corps["refus"]["code"]


def faits(site: Site, ref: str) -> list[dict[str, Any]]:
    lues: list[dict[str, Any]] = site.client_de("ines").get(f"/api/v1/dossiers/{ref}/historique").json()
    return lues


def test_par_l_api_aussi_une_demande_defectueuse_est_enregistree_avec_ses_motifs(site: Site) -> None:
    client, depot = site.client_de("ines"), json.loads((EXEMPLES / "depots" / "01.json").read_text(encoding="utf-8"))
    tiers = depot["tiers"] | {"siret": "00000001800003", "rna": "W595000003"}
    pieces = [{"code": code, "fichier": f"fichier-{code}"} for code in ("statuts", "budget")]
    dits = {**depot, "objet": "Exemple défectueux", "tiers": tiers, "montant_demande_centimes": 0, "pieces": pieces}
    textes = {n: v if isinstance(v, str) else json.dumps(v) for n, v in dits.items()}
    lourd = b"x" * (site.services.taille_max_fichier + 1)
    joints = {"fichier-statuts": ("statuts.pdf", lourd), "fichier-budget": ("budget.pdf", b" ")}
    reponse = client.post("/api/v1/dossiers/deposer", data=textes, files=joints)
    assert reponse.status_code == 201, reponse.text
    ref = reponse.json()["ref"]
    attendus = {a["objet"] for a in client.get(f"/api/v1/dossiers/{ref}").json()["attentes"] if a["code"] == "motif"}
    assert attendus == {"numero_faux:siret", "montant_absent", "piece_trop_lourde:statuts", "piece_vide:budget"}
    page = client.get(f"/dossiers/{ref}").text
    assert "RNA W595000003" in page
    assert "00000001800003" in page


@pytest.mark.parametrize("geste", tous(), ids=lambda geste: f"{geste.agregat} {geste.nom}")
def test_chaque_geste_est_une_operation_dont_l_exemple_suit_la_description(geste: Geste, description: Any) -> None:
    operation = description["paths"][adresse_du_geste(geste)]["post"]
    assert operation["summary"] == geste.titre
    assert operation["x-roles"] == [role.value for role in geste.roles]
    assert {"401", "403", "404", "409", "412", "413", "422", "429", "503"} <= operation["responses"].keys()
    (genre, contenu), *_ = operation["requestBody"]["content"].items()
    if genre == "application/json":
        donne = contenu["examples"]["exemple"]["value"]
        assert donne == LectureDeCorps({}).lire(contenu["schema"], donne) == exemple(geste)
        assert set(contenu["schema"]["required"]) <= donne.keys()
    for nom, champ in contenu["schema"]["properties"].items():
        assert nom == "le" or champ.get("description"), nom
        assert (
            not nom.endswith("_centimes") or {"type": "integer"}.items() <= (champ.get("anyOf") or [champ])[0].items()
        )


def test_deposer_puis_recevoir_une_piece_ecrit_les_memes_faits_que_la_ligne_de_commande(site: Site) -> None:
    client, depot = site.client_de("ines"), json.loads((EXEMPLES / "depots" / "01.json").read_text(encoding="utf-8"))
    pieces = [{"code": code, "fichier": f"fichier-{code}"} for code in ("statuts", "budget")]
    joints = {f"fichier-{code}": (f"{code}.txt", code.encode()) for code in ("statuts", "budget", "rib")}
    textes = {n: v if isinstance(v, str) else json.dumps(v) for n, v in {**depot, "pieces": pieces}.items()}
    assert code(client.post("/api/v1/dossiers/deposer", data=textes, files=joints)) == (422, "saisie_invalide")
    del joints["fichier-rib"]
    reponse = client.post("/api/v1/dossiers/deposer", data=textes, files=joints)
    recu = reponse.json()
    assert (reponse.status_code, recu["faits"]) == (201, ["dossier.depose.v1", *["dossier.piece_recue.v1"] * 2])
    assert reponse.headers["location"] == f"/api/v1/dossiers/{recu['ref']}"
    lu = client.get(reponse.headers["location"]).json()
    assert (lu["objet"], lu["etat"]) == (depot["objet"], "enregistre")  # no engine: what follows is done at once
    piece = {"fichier": ("rib.txt", b"rib", "text/plain")}
    reponse = client.post(f"{reponse.headers['location']}/recevoir-piece", data={"code": "rib"}, files=piece)
    assert (reponse.status_code, reponse.json()["faits"]) == (200, ["dossier.piece_recue.v1"])

    jointes = {piece["fichier"]: FichierRecu(f"{piece['code']}.txt", piece["code"].encode()) for piece in pieces}
    document = FichierRecu("d.json", json.dumps({**depot, "pieces": pieces}).encode())
    autre = faire(site.services, "dossier deposer", "ines", depot=document, jointes=jointes)
    faire(
        site.services,
        "dossier recevoir-piece",
        "ines",
        dossier=autre.ref,
        code="rib",
        fichier=FichierRecu("rib.txt", b"rib"),
    )
    de_l_api = [i.fait.model_dump() for i in site.services.store.inscriptions(UUID(recu["id"]))]
    de_la_ligne = [i.fait.model_dump() for i in site.services.store.inscriptions(autre.id)]
    propres = {"ref", "contact", "textes", "nom", "tiers", "demandeur"}  # ids of this very dossier

    def sans(lus: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {n: v for n, v in fait.items() if n not in propres}
            for fait in lus
            if "empreinte" in fait or "campagne" in fait
        ]

    assert sans(de_l_api) == sans(de_la_ligne)


def test_la_meme_cle_rend_le_meme_recu_et_un_autre_contenu_est_refuse(site: Site) -> None:
    client, ref, cle = site.client_de("ines"), site.refs["avis"], str(uuid4())
    adresse = f"/api/v1/dossiers/{ref}/demander-avis"
    envoye = {"aupres_de": "metropole", "delai": "21 jours"}
    premier = client.post(adresse, json=envoye, headers={"Idempotency-Key": cle})
    avant = len(faits(site, ref))
    second = client.post(adresse, json=envoye, headers={"Idempotency-Key": cle})
    assert second.json() == {**premier.json(), "deja_fait": True}
    assert (premier.json()["commande_id"], premier.headers["idempotency-key"]) == (cle, cle)
    autre = client.post(adresse, json={**envoye, "delai": "22 jours"}, headers={"Idempotency-Key": cle})
    assert code(autre) == (422, "commande_deja_utilisee")
    assert len(faits(site, ref)) == avant
    sans_cle = client.post(adresse, json=envoye)
    assert (sans_cle.status_code, sans_cle.json()["faits"]) == (200, [])
    assert sans_cle.headers["idempotency-key"] == sans_cle.json()["commande_id"]


def test_une_version_depassee_est_refusee(site: Site) -> None:
    client, ref = site.client_de("ines"), site.refs["avis"]
    etiquette = client.get(f"/api/v1/dossiers/{ref}").headers["etag"]
    assert "etag" not in client.get(f"/api/v1/dossiers/{ref}?au=2026-02-01").headers
    adresse, avis = f"/api/v1/dossiers/{ref}/demander-avis", {"aupres_de": "mission", "delai": "21 jours"}
    faite = client.post(adresse, json=avis, headers={"If-Match": etiquette})
    assert faite.status_code == 200
    assert faite.headers["etag"] == client.get(f"/api/v1/dossiers/{ref}").headers["etag"] != etiquette
    encore = client.post(adresse, json={**avis, "aupres_de": "caf"}, headers={"If-Match": etiquette})
    assert code(encore) == (412, "version_perimee")
    assert code(client.post(adresse, json=avis, headers={"If-Match": "W/hier"})) == (422, "saisie_invalide")


def test_la_date_du_geste_est_un_champ_commun(site: Site) -> None:
    client, ref = site.client_de("ines"), site.refs["silence"]
    envoye = {"aupres_de": "ville", "delai": "21 jours", "le": "2026-06-05"}
    assert client.post(f"/api/v1/dossiers/{ref}/demander-avis", json=envoye).status_code == 200
    assert faits(site, ref)[-1]["effectif_le"] == "2026-06-05"
    demain = client.post(
        f"/api/v1/dossiers/{ref}/demander-avis", json={**envoye, "aupres_de": "caf", "le": "2031-01-01"}
    )
    assert code(demain) == (422, "date_future")


def test_le_role_et_l_etat_sont_ceux_du_geste(site: Site) -> None:
    ref = site.refs["pieces"]
    assert code(site.client_de("ines").post(f"/api/v1/dossiers/{ref}/viser")) == (403, "role_manquant")
    assert code(site.client_de("rene").post(f"/api/v1/dossiers/{ref}/viser")) == (409, "geste_impossible")
    inconnu = site.client_de("rene").post(f"/api/v1/dossiers/{uuid4()}/viser")
    assert code(inconnu) == (404, "reference_inconnue")
    anonyme = site.anonyme.post(f"/api/v1/dossiers/{ref}/viser")
    assert (anonyme.status_code, anonyme.headers["www-authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize(
    ("donnees", "champ"),
    [
        ({"montant_centimes": "711200"}, "montant_centimes"),
        ({"montant_centimes": True}, "montant_centimes"),
        ({"montant_centimes": 7112.5}, "montant_centimes"),
        ({"motif": ["le", "motif"]}, "motif"),
        ({"dossier": "NQE-2026-7K3F6"}, "dossier"),
        ({"rien": 1}, "rien"),
        (["motif"], ""),
    ],
)
def test_chaque_valeur_est_du_type_qui_est_decrit(site: Site, donnees: Any, champ: str) -> None:
    reponse = site.client_de("ines").post(f"/api/v1/dossiers/{site.refs['visa']}/proposer", json=donnees)
    assert code(reponse) == (422, "saisie_invalide")
    assert [faute["champ"] for faute in reponse.json()["refus"]["champs"]["erreurs"]] == [champ]


@pytest.mark.parametrize(
    "contenu", [b"{", b'{"motif": "a", "motif": "b"}', b'{"montant_centimes": NaN}', b"\xff", b"[" * 5000]
)
def test_un_corps_illisible_est_refuse(site: Site, contenu: bytes) -> None:
    adresse = f"/api/v1/dossiers/{site.refs['visa']}/proposer"
    reponse = site.client_de("ines").post(adresse, content=contenu, headers={"Content-Type": "application/json"})
    assert code(reponse) == (422, "saisie_invalide")


def test_un_corps_est_borne(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    client, ref = site.client_de("ines"), site.refs["visa"]
    texte = {"motif": "x" * corps.TEXTE_MAX}
    assert code(client.post(f"/api/v1/dossiers/{ref}/proposer", json=texte)) == (413, "fichier_trop_volumineux")
    assert code(
        client.post(f"/api/v1/dossiers/{ref}/proposer", content="x", headers={"Content-Type": "text/plain"})
    ) == (
        415,
        "corps_d_une_autre_forme",
    )
    adresse, maximum = f"/api/v1/dossiers/{ref}/recevoir-piece", site.services.taille_max_fichier
    lourd = {"fichier": ("statuts.pdf", b"x" * (maximum + 1))}
    assert code(client.post(adresse, data={"code": "statuts"}, files=lourd)) == (413, "fichier_trop_volumineux")
    trop = {f"f{rang}": (f"{rang}.txt", b"x") for rang in range(corps.FICHIERS_MAX + 1)}
    assert code(client.post(adresse, data={"code": "statuts"}, files=trop)) == (422, "saisie_invalide")
    nomme = {"code": "statuts", "fichier": "/etc/passwd"}
    assert code(client.post(adresse, json=nomme)) == (422, "saisie_invalide")
    monkeypatch.setattr(corps, "DELAI_S", 0)
    assert code(client.post(f"/api/v1/dossiers/{ref}/proposer", json={})) == (408, "corps_trop_lent")


def test_une_session_agit_par_l_api_depuis_le_site_et_de_nulle_part_ailleurs(site: Site) -> None:
    client, ref = site.client_de("ines"), site.refs["visa"]
    jeton = client.headers.pop("x-jeton")
    sans = client.post(f"/api/v1/dossiers/{ref}/proposer", json={})
    assert sans.status_code == 403
    par_un_champ = client.post(f"/api/v1/dossiers/{ref}/recevoir-piece", data={"code": "statuts", "jeton": jeton})
    assert par_un_champ.status_code == 403
    client.headers["x-jeton"] = jeton
    ailleurs = client.post(f"/api/v1/dossiers/{ref}/proposer", json={}, headers={"Origin": "https://autre.example"})
    assert ailleurs.status_code == 403


def test_ce_qui_est_refuse_a_la_lecture_est_dans_le_journal_des_refus(site: Site) -> None:
    enregistreur = site.services.store.enregistreur
    avant = enregistreur.compter_refus().get("saisie_invalide", 0)
    tete = enregistreur.derniere_position()
    site.client_de("ines").post(f"/api/v1/dossiers/{site.refs['visa']}/proposer", json={"rien": 1})
    assert enregistreur.compter_refus()["saisie_invalide"] == avant + 1
    assert enregistreur.derniere_position() == tete
    assert par_nom("dossier", "proposer").commande

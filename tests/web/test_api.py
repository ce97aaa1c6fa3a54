"""The API: the documents of the contract, problems for what is refused."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from application.consultations.dossier import voir
from application.consultations.moment import Moment
from tests.web.fabrique import Site
from web.api.documents import VUES


def lire(client: TestClient, adresse: str) -> Any:
    reponse = client.get(adresse)
    assert reponse.status_code == 200, reponse.text
    return reponse.json()


def test_un_dossier_est_le_document_de_la_ligne_de_commande(site: Site, client: TestClient) -> None:
    ref = site.refs["avis"]
    document = lire(client, f"/api/v1/dossiers/{ref}")
    assert document == voir(site.services, ref, Moment())
    assert document["attentes"] == lire(client, f"/api/v1/dossiers/{ref}/attentes")
    assert document["version"] == len(lire(client, f"/api/v1/dossiers/{ref}/historique"))
    assert lire(client, f"/api/v1/dossiers/{document['id']}") == document


@pytest.mark.parametrize(
    ("chemin", "espece"), [("dossiers", "dossier"), ("campagnes", "campagne"), ("seances", "seance")]
)
def test_un_document_est_decrit_champ_par_champ(site: Site, client: TestClient, chemin: str, espece: str) -> None:
    """What is described is what is answered: a field that nobody described is one that nobody can use."""
    refs = {"campagne": "NQE-2026", "seance": site.refs["seance"], "dossier": site.refs["avis"]}
    document = lire(client, f"/api/v1/{chemin}/{refs[espece]}")
    assert champs(VUES[espece].model_validate(document).model_dump(mode="json")) == champs(document)


def champs(valeur: Any) -> Any:
    if isinstance(valeur, dict):
        return {cle: champs(partie) for cle, partie in valeur.items()}
    return [champs(partie) for partie in valeur] if isinstance(valeur, list) else None


def test_au_et_connu_au_se_donnent_dans_l_adresse(site: Site, client: TestClient) -> None:
    ref = site.refs["silence"]
    assert lire(client, f"/api/v1/dossiers/{ref}?au=2026-06-05")["etat"] == "complet"
    assert lire(client, f"/api/v1/dossiers/{ref}?au=2026-06-05&connu_au=2026-06-10")["etat"] == "recu"
    faits = lire(client, f"/api/v1/dossiers/{ref}/historique?connu_au=2026-06-10T12:00:00+02:00")
    assert "dossier.declare_complet.v1" not in {fait["fait"] for fait in faits}
    differences = lire(client, f"/api/v1/dossiers/{ref}/comparer?du=2026-06-01&au=2026-06-05")["differences"]
    assert {"champ": "etat", "avant": "recu", "apres": "complet"} in differences


def test_le_montant_propose_se_recalcule(site: Site, client: TestClient) -> None:
    refait = lire(client, f"/api/v1/dossiers/{site.refs['visa']}/recalculer")
    assert (refait["difference"], refait["recalcule_centimes"]) == (None, refait["calcule_centimes"])
    assert [etape["libelle"] for etape in refait["etapes"]][:2] == ["Charges du budget", "Dépenses exclues"]
    assert (
        client.get(f"/api/v1/dossiers/{site.refs['silence']}/recalculer").json()["refus"]["code"] == "rien_a_calculer"
    )
    assert "égal, étape par étape" in client.get(f"/dossiers/{site.refs['visa']}").text


def test_la_file_et_la_liste_se_lisent_par_pages(client: TestClient) -> None:
    tout = lire(client, "/api/v1/file?limite=500")
    assert (len(tout["lignes"]), tout["en_retard"]) == (tout["total"], 1)
    assert (tout["suivant"], tout["precedent"], tout["avant"]) == (None, None, 0)
    debut = lire(client, "/api/v1/file?limite=10")
    suite = lire(client, f"/api/v1/file?limite=10&apres={debut['suivant']}")
    assert (suite["lignes"], suite["avant"], suite["precedent"]) == (tout["lignes"][10:20], 10, "")
    assert {li["attente"]["de"] for li in lire(client, "/api/v1/file?de=finance")["lignes"]} == {"finance"}
    dossiers = lire(client, "/api/v1/dossiers?limite=500")
    assert len(dossiers["lignes"]) == dossiers["total"] == 73
    cherches = lire(client, "/api/v1/dossiers?q=passerelles&limite=3")
    assert (cherches["total"], len(cherches["lignes"])) == (5, 3)
    cherches = lire(client, f"/api/v1/dossiers?q=passerelles&limite=3&apres={cherches['suivant']}")
    assert (cherches["total"], len(cherches["lignes"]), cherches["suivant"]) == (5, 2, None)


@pytest.mark.parametrize(
    ("adresse", "statut", "code"),
    [
        ("/api/v1/dossiers/NQE-2026-AAAAA", 404, "reference_illisible"),
        ("/api/v1/dossiers/5f1e0000-0000-5000-8000-000000000000", 404, "reference_inconnue"),
        ("/api/v1/dossiers/5f1e0000-0000-5000-8000-000000000000/historique", 404, "reference_inconnue"),
        ("/api/v1/dossiers/5f1e0000-0000-5000-8000-000000000000/attentes", 404, "reference_inconnue"),
        ("/api/v1/file?de=roi", 422, "saisie_invalide"),
        ("/api/v1/file?limite=0", 422, "saisie_invalide"),
        ("/api/v1/dossiers?etat=perdu", 422, "saisie_invalide"),
        *(
            (f"/api/v1/{liste}?apres={curseur}", 422, "saisie_invalide")
            for liste in ("file", "dossiers")
            for curseur in ("2", "é", "AA", "AGE", "_w", "W1tbW1tb%00", "a" * 2001)
        ),
    ],
)
def test_un_refus_est_un_probleme(client: TestClient, adresse: str, statut: int, code: str) -> None:
    reponse = client.get(adresse)
    assert (reponse.status_code, reponse.headers["content-type"]) == (statut, "application/problem+json")
    corps = reponse.json()
    assert corps["refus"]["code"] == code
    assert (corps["status"], corps["detail"]) == (statut, corps["refus"]["message"])


def test_ce_qui_n_existe_pas_est_aussi_un_probleme(client: TestClient) -> None:
    assert client.get("/api/v1/rien").json()["title"] == "Page introuvable"
    reponse = client.post("/api/v1/dossiers")
    assert (reponse.status_code, reponse.headers["content-type"]) == (405, "application/problem+json")


def test_l_interface_est_decrite(client: TestClient) -> None:
    description = lire(client, "/api/v1/openapi.json")
    assert description["openapi"].startswith("3.1")
    operations = [operation for chemin in description["paths"].values() for operation in chemin.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations) > 100
    assert "/api/v1/dossiers/{ref}/historique" in description["paths"]


def _references(noeud: Any) -> Iterator[str]:
    if isinstance(noeud, dict):
        yield from [noeud["$ref"]] if isinstance(noeud.get("$ref"), str) else []
        noeud = list(noeud.values())
    for suite in noeud if isinstance(noeud, list) else ():
        yield from _references(suite)


def test_chaque_reference_de_la_description_mene_quelque_part(client: TestClient) -> None:
    description = lire(client, "/api/v1/openapi.json")
    references = set(_references(description))
    assert "#/components/schemas/Probleme" in references
    for reference in references:
        noeud = description
        for partie in reference.removeprefix("#/").split("/"):
            noeud = noeud[partie]  # a dangling one is a KeyError
        assert noeud["type"] in {"object", "string"}


def test_les_dates_et_les_codes_sont_decrits_pour_ce_qu_ils_sont(client: TestClient) -> None:
    parametres = [
        parametre
        for chemin in lire(client, "/api/v1/openapi.json")["paths"].values()
        for operation in chemin.values()
        for parametre in operation.get("parameters", ())
    ]
    dates = [p["schema"]["anyOf"] for p in parametres if p["name"] in {"du", "au", "connu_du", "connu_au"}]
    assert len(dates) > 40
    assert all({forme.get("format") for forme in formes} >= {"date", "date-time"} for formes in dates)
    codes = {p["name"]: p["schema"]["enum"] for p in parametres if p["name"] in {"etat", "de"}}
    assert "complet" in codes["etat"]
    assert "instructeur" in codes["de"]


def test_la_sante_dit_jusqu_ou_le_service_a_lu(client: TestClient) -> None:
    lire(client, "/api/v1/file")
    sante = lire(client, "/sante")
    assert (sante["etat"], sante["repetition"]) == ("ok", True)
    assert sante["positions"]["projections"]["file"] == sante["positions"]["store"]


def test_chaque_agregat_a_ses_faits_et_ce_qu_il_attend_a_une_date(site: Site, client: TestClient) -> None:
    seance = site.refs["seance"]
    faits = lire(client, f"/api/v1/seances/{seance}/historique")
    assert [fait["fait"] for fait in faits] == ["seance.prevue.v1"]
    assert lire(client, f"/api/v1/seances/{seance}/historique?au=2026-01-10") == []
    assert [a["code"] for a in lire(client, f"/api/v1/seances/{seance}/attentes")] == ["convocation"]
    assert lire(client, f"/api/v1/seances/{seance}/attentes?au=2026-01-10") == []
    lignes = lire(client, "/api/v1/file?de=finance&limite=500")["lignes"]
    subvention = next(ligne for ligne in lignes if ligne["agregat"] == "subvention")
    lue = lire(client, f"/api/v1/subventions/{subvention['ref']}")
    assert lue == lire(client, f"/api/v1/subventions/{subvention['id']}")
    assert lue["montants"]["vote_centimes"] > 0


def test_une_campagne_se_lit_telle_qu_elle_etait(client: TestClient) -> None:
    campagne = lire(client, "/api/v1/campagnes/NQE-2026")
    assert (campagne["etat"], campagne["reglement_ref"], campagne["au"]) == ("ouverte", "nqe@3", None)
    avant = lire(client, "/api/v1/campagnes/NQE-2026?au=2025-12-31")
    assert (avant["ref"], avant["etat"], avant["reglement"], avant["au"]) == (
        "NQE-2026",
        "preparee",
        None,
        "2025-12-31",
    )


@pytest.mark.parametrize(
    "adresse",
    [
        *(f"/api/v1/{c}/{{}}{s}" for c in ("subventions", "dossiers") for s in ("", "/historique", "/attentes")),
        *(f"/api/v1/{c}/{{}}" for c in ("campagnes", "enveloppes", "deliberations", "bordereaux")),
        *(f"/api/v1/{c}/{{}}/attentes" for c in ("tiers", "seances", "assemblees")),
    ],
)
def test_une_reference_inconnue_est_un_probleme_partout(client: TestClient, adresse: str) -> None:
    for reference in ("X", "5f1e0000-0000-5000-8000-000000000000", "%00", "%F0%9F", "<script>"):
        reponse = client.get(adresse.format(reference))
        assert (reponse.status_code, reponse.headers["content-type"]) == (404, "application/problem+json")
        assert reponse.json()["refus"]["code"] in {"reference_inconnue", "reference_illisible"}


@pytest.mark.parametrize("date", ["2026-02-30", "demain", "9999-12-31", "0001-01-01", "2026-W01-1", "%00", "1" * 3000])
def test_une_date_impossible_est_un_probleme(site: Site, client: TestClient, date: str) -> None:
    for parametre in ("au", "connu_au"):
        for adresse in (f"/api/v1/dossiers/{site.refs['avis']}", "/api/v1/campagnes/NQE-2026"):
            reponse = client.get(f"{adresse}?{parametre}={date}")
            assert reponse.status_code == 422
            assert reponse.json()["refus"]["code"] == "saisie_invalide"


def test_les_faits_se_lisent_par_lots_apres_une_position(site: Site, client: TestClient) -> None:
    reponse = client.get("/api/v1/evenements?limite=3")
    assert reponse.headers["content-type"] == "application/cloudevents-batch+json"
    premiers = reponse.json()
    assert [fait["id"] for fait in premiers] == ["1", "2", "3"]
    assert {"specversion", "id", "source", "type", "subject", "time", "data"} <= premiers[0].keys()
    assert premiers[0]["source"].startswith("urn:diligence:store:")
    assert reponse.links["next"]["url"] == "/api/v1/evenements?apres=3&limite=3"
    assert lire(client, reponse.links["next"]["url"])[0]["id"] == "4"
    tete = site.services.store.enregistreur.derniere_position()
    dernier = client.get(f"/api/v1/evenements?apres={tete - 1}")
    assert ([fait["id"] for fait in dernier.json()], dernier.links) == ([str(tete)], {})
    assert lire(client, f"/api/v1/evenements?apres={tete}") == []


@pytest.mark.parametrize("parametres", ["apres=-1", "apres=x", "apres=9223372036854775808", "limite=0", "limite=501"])
def test_une_position_impossible_est_un_probleme(client: TestClient, parametres: str) -> None:
    reponse = client.get(f"/api/v1/evenements?{parametres}")
    assert (reponse.status_code, reponse.json()["refus"]["code"]) == (422, "saisie_invalide")


@pytest.mark.parametrize("adresse", ["/", "/api/v1/file", "/sante", "/static/site.css"])
def test_head_repond_comme_get_sans_le_corps(client: TestClient, adresse: str) -> None:
    tete, tout = client.head(adresse), client.get(adresse)
    assert (tete.status_code, tete.content) == (200, b"")
    assert tete.headers["content-type"] == tout.headers["content-type"]


def test_le_nom_d_un_autre_hote_est_refuse_en_francais(client: TestClient) -> None:
    for adresse, genre in (("/api/v1/file", "application/problem+json"), ("/", "text/html; charset=utf-8")):
        reponse = client.get(adresse, headers={"host": "<script>.example:80"})
        assert (reponse.status_code, reponse.headers["content-type"]) == (400, genre)
        assert "ne répond pas au nom" in reponse.text
    assert "&lt;script&gt;" in reponse.text
    assert reponse.headers["x-content-type-options"] == "nosniff"

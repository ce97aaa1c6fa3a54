"""The pages of the auditor: the past played again, facts sought, what was refused, who read."""

import csv
import pkgutil
import re
from collections.abc import Iterator
from html import unescape
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from aggregates.registre import ESPECES
from application.consultations import controles
from application.faits_dits import FAITS_DITS
from application.noms import RESERVE
from application.refus_dits import REFUS_DITS
from bench.identites import siret
from kernel.faits import FAITS
from kernel.identifiants import identifiant
from kernel.refus import Refus
from readmodels.chronologie import requetes
from tests.adapters.store.falsifications import falsifier
from tests.moteur import faire
from tests.test_maison import pieces_du_linter
from tests.web.fabrique import MALVEILLANT, Site, ouvrir_site, ouvrir_site_paye
from web.pages.audit.questions import QUESTIONS

ADRESSES = [
    "/audit",
    "/audit/preuves?ref={avis}",
    "/audit/questions/votes-sans-visa",
    "/audit/rejeu/{avis}",
    "/audit/faits",
    "/audit/faits.csv",
    "/audit/faits/1",
]
A_LA_PORTE = re.compile(r'AccesRefuse\(\s*[^()]*?(?:\([^()]*\)[^()]*?)*"([a-z_]+)",?\s*\)')
"""A refusal of the door: its code is the last thing it says."""
JOURNAUX = ["/audit/lectures", "/audit/lectures.csv"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with ouvrir_site(tmp_path_factory.mktemp("audit")) as site:
        faire(site.services, "agent enregistrer", "admin", identifiant="vera", roles="auditeur")
        motif = f"Motif {MALVEILLANT}"
        faire(site.services, "dossier retirer", "ines", dossier=site.refs["malveillant"], motif=motif)
        faire(site.services, "agent enregistrer", "admin", identifiant="fanny", roles="finance")
        piege: dict[str, Any] = {"siret": siret(90_000), "denomination": "=cmd|' /C calc'!A0"}
        faire(site.services, "tiers enregistrer", "fanny", **piege)
        yield site


@pytest.fixture(scope="module")
def paye(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with ouvrir_site_paye(tmp_path_factory.mktemp("audit-paye")) as site:
        faire(site.services, "agent enregistrer", "admin", identifiant="vera", roles="auditeur")
        yield site


@pytest.fixture
def client(site: Site) -> TestClient:
    return site.client_de("vera")


def lue(client: TestClient, adresse: str, statut: int = 200) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == statut, reponse.text
    return unescape(reponse.text)


@pytest.mark.parametrize("adresse", [*ADRESSES, *JOURNAUX, "/audit/refus"])
def test_l_audit_est_a_qui_la_table_le_dit(site: Site, adresse: str) -> None:
    lisent = (
        {"vera"}
        if adresse in JOURNAUX
        else {"vera", "admin"}
        if adresse == "/audit/refus"
        else {"vera", "admin", "rene"}
    )
    for login in ("vera", "admin", "rene", "ines", "aline"):
        reponse = site.client_de(login).get(adresse.format(**site.refs))
        assert reponse.status_code == (200 if login in lisent else 403), login
    assert ('href="/audit"' in site.client_de("ines").get("/").text) is False
    assert 'href="/audit"' in site.client_de("vera").get("/").text


@pytest.mark.parametrize(
    "adresse", [*ADRESSES, *JOURNAUX, "/audit/refus", "/dossiers/{avis}/paiements", "/dossiers/{avis}"]
)
def test_lire_n_ecrit_aucun_fait_et_ne_rend_aucun_script(site: Site, client: TestClient, adresse: str) -> None:
    tete = site.services.store.enregistreur.derniere_position()
    for ref in (site.refs["avis"], site.refs["malveillant"]):
        reponse = client.get(adresse.format(avis=ref))
        assert "<script>alert" not in reponse.text or reponse.headers["content-type"].startswith("text/csv")
    assert site.services.store.enregistreur.derniere_position() == tete


def test_une_table_n_a_aucune_formule(site: Site, client: TestClient) -> None:
    lignes = list(csv.reader(client.get("/audit/faits.csv?fait=tiers.enregistre").text.splitlines(), delimiter=";"))
    assert "'=cmd|' /C calc'!A0" in {cellule for ligne in lignes for cellule in ligne}


def test_l_auditeur_va_du_dossier_a_son_rejeu(site: Site, client: TestClient) -> None:
    adresse = f"/dossiers/{site.refs['avis']}"
    assert f'href="/audit/rejeu/{site.refs["avis"]}"' in lue(client, adresse)
    assert "/audit/rejeu/" not in lue(site.client_de("ines"), adresse)


def test_un_dossier_se_rejoue_pas_a_pas_sur_deux_horloges(site: Site, client: TestClient) -> None:
    base = f"/audit/rejeu/{site.refs['silence']}"
    dernier = lue(client, base)
    total = int(re.search(r"Fait (\d+) sur \1", dernier)[1])  # type: ignore[index]
    assert f'fait={total - 1}" rel="prev"' in dernier
    assert 'rel="next"' not in dernier
    assert "Vrai le 3\u00a0juin\u00a02026" in dernier
    assert "connu le 12\u00a0juin\u00a02026" in dernier
    assert "enregistré 9\u00a0jours après" in dernier
    assert re.search(r'<del><span class="invisible">avant </span>À vérifier</del> → <ins>.*?Complet</ins>', dernier)
    premier = lue(client, f"{base}?fait=1")
    assert "<td>Déposé</td>" in premier
    assert 'rel="prev"' not in premier
    assert premier.count("<circle") == total
    assert "<td>À vérifier</td>" in lue(client, f"{base}?au=01/06/2026"), "complete on the third of June only"


@pytest.mark.parametrize("fait", ["0", "-1", "9999"])
def test_un_rang_qui_n_existe_pas_est_introuvable(site: Site, client: TestClient, fait: str) -> None:
    lue(client, f"/audit/rejeu/{site.refs['avis']}?fait={fait}", 404)


def test_le_rejeu_se_trouve_par_le_numero(site: Site, client: TestClient) -> None:
    reponse = client.get("/audit/rejeu", params={"ref": f" {site.refs['avis'].lower()} "})
    assert (reponse.status_code, reponse.headers["location"]) == (303, f"/audit/rejeu/{site.refs['avis']}")


def test_chaque_etape_rejouee_dit_l_etat_que_disent_les_deux_dates(site: Site, client: TestClient) -> None:
    """What the replay rebuilds is what the page of the dossier says of the same instant."""
    ref = site.refs["visa"]
    for fait in site.services.store.inscriptions(identifiant("dossier", ref)):
        assert fait.enregistre_le is not None
        suivants = [
            i
            for i in site.services.store.inscriptions(identifiant("dossier", ref))
            if i.enregistre_le == fait.enregistre_le
        ]
        if fait != suivants[-1]:
            continue
        passee = client.get(f"/dossiers/{ref}", params={"connu_au": fait.enregistre_le.isoformat()}).text
        etat = re.search(r'<span class="etat">([^<–]+)', passee)[1].strip()  # type: ignore[index]
        rejouee = lue(client, f"/audit/rejeu/{ref}?fait={fait.entete.version}")
        assert re.search(rf"État(<small>changé par ce fait</small>)?</th><td>{etat}</td>", rejouee), fait.entete.version


def test_les_faits_se_cherchent_et_se_paginent_sans_trou(site: Site, client: TestClient) -> None:
    adresse, vus = "/audit/faits", list[int]()
    while adresse:
        page = lue(client, adresse)
        vus += [int(n) for n in re.findall(r'rowheader"><a href="/audit/faits/(\d+)"', page)]
        suite = re.search(r'href="([^"]+)" rel="next"', page)
        adresse = suite[1] if suite else ""
    assert vus == list(range(site.services.store.enregistreur.derniere_position(), 0, -1))


@pytest.mark.parametrize(
    ("filtre", "dit"),
    [
        ("fait=dossier.retire", RESERVE),
        ("fait=seance", "CP-2026-06-01"),
        ("acteur=aline", "CP-2026-06-01"),
        ("numero={silence}", "déclaré complet"),
        ("du=12/06/2026&au=12/06/2026", "déclaré complet"),
    ],
)
def test_un_fait_se_cherche_par_sa_sorte_son_agent_son_numero_ses_dates(
    site: Site, client: TestClient, filtre: str, dit: str
) -> None:
    page = lue(client, f"/audit/faits?{filtre.format(**site.refs)}")
    trouves = len(re.findall(r'rowheader"><a href="/audit/faits/', page))
    assert 0 < trouves <= 50
    assert dit.lower() in page.lower()
    table = client.get(f"/audit/faits.csv?{filtre.format(**site.refs)}")
    assert table.text.startswith("\ufeffPosition;")
    assert trouves == 50 or len(list(csv.reader(table.text.splitlines(), delimiter=";"))) == trouves + 1


def test_ce_qu_on_cherche_mal_est_refuse_ou_vide(site: Site, client: TestClient) -> None:
    assert "Aucun fait ne correspond" in lue(client, "/audit/faits?numero=<script>alert(1)</script>")
    assert "<script>alert" not in client.get("/audit/faits?acteur=<script>alert(1)</script>").text
    lue(client, "/audit/faits?fait=<b>", 422)
    lue(client, "/audit/faits?fait=dossier.perdu", 422)
    lue(client, "/audit/faits?du=hier", 422)
    lue(client, "/audit/faits?apres=-1", 422)
    lue(client, "/audit/faits/999999", 404)


def test_l_audit_n_ouvre_pas_le_coffre(site: Site, client: TestClient) -> None:
    portes = site.application.state.portes
    avant = len(portes.site.lectures.chercher(limite=None))
    for adresse in (f"/audit/rejeu/{site.refs['malveillant']}", "/audit/faits?fait=dossier.retire"):
        page = lue(client, adresse)
        assert RESERVE in page
        assert "Motif <script>" not in page
    assert len(portes.site.lectures.chercher(limite=None)) == avant


def test_un_fait_dit_sa_commande_et_ce_qui_fut_enregistre_avec_lui(site: Site, client: TestClient) -> None:
    depose = site.services.store.inscriptions(identifiant("dossier", site.refs["avis"]))[0]
    page = lue(client, f"/audit/faits/{depose.position}")
    assert "Déposer" in page
    assert "pièce reçue" in page.lower()
    assert '"montant_demande_centimes": 1200000' in page
    assert "Le fait tel qu’il est gardé" not in lue(site.client_de("rene"), f"/audit/faits/{depose.position}")


def test_une_cause_se_remonte_et_se_redescend(paye: Site) -> None:
    client = paye.client_de("vera")
    decide = next(
        i
        for i in paye.services.store.inscriptions(identifiant("dossier", paye.refs["paye"]))
        if i.fait.topic == "dossier.decide.v1"
    )
    page = lue(client, f"/audit/faits/{decide.position}")
    causes = page.split('id="t-causes"', 1)[1].split("</section>", 1)[0]
    cause = re.search(r'href="/audit/faits/(\d+)"', causes)
    assert cause, "the délibération carried it"
    suites = lue(client, f"/audit/faits/{cause[1]}").split('id="t-suites"', 1)[1]
    assert f'href="/audit/faits/{decide.position}"' in suites


def test_les_refus_se_lisent_par_agent_et_par_raison(site: Site, client: TestClient) -> None:
    with pytest.raises(Refus):
        faire(site.services, "dossier viser", "ines", dossier=site.refs["visa"])
    page = lue(client, "/audit/refus?acteur=ines&code=role_manquant")
    premiere = page.split("<tbody", 1)[1].split("</tr>", 1)[0]
    assert "Viser" in premiere
    assert "rôle manquant" in premiere
    assert "ines" in premiere
    assert "Aucune tentative refusée" in lue(client, "/audit/refus?acteur=personne-ici")
    assert "rowheader" in lue(client, "/audit/refus?apres=1000000")


def test_le_journal_des_lectures_se_cherche(site: Site, client: TestClient) -> None:
    site.client_de("ines").get(f"/dossiers/{site.refs['visa']}")
    page = lue(client, f"/audit/lectures?agent=ines&ref={site.refs['visa'].lower()}")
    assert "le contact, la demande, les motifs" in page
    assert "Aucune lecture" in lue(client, "/audit/lectures?agent=ines&au=01/01/2020")
    assert "Aucune lecture" in lue(client, "/audit/lectures?agent=aline")
    table = client.get(f"/audit/lectures.csv?ref={site.refs['visa']}")
    assert table.text.splitlines()[0] == "\ufeffLu le;Agent;Dossier;Quoi"
    assert ";ines;" in table.text


def test_ce_qui_a_change_est_dit_a_part_de_ce_qu_on_a_appris(site: Site) -> None:
    client = site.client_de("ines")
    page = lue(client, f"/dossiers/{site.refs['silence']}/comparer?du=10/06/2026&au=11/06/2026")
    change, appris = page.split('id="t-appris"', 1)
    assert "Rien n’a changé entre ces deux dates." in change
    assert "<del>À vérifier</del>" in appris
    assert "<ins>Complet</ins>" in appris
    assert "<ins>3\u00a0juin\u00a02026</ins>" in appris
    ligne = appris.split("<ins>Complet</ins>", 1)[1].split("</tr>", 1)[0]
    ancre = re.search(r'href="#(fait-\d+)"', ligne)
    assert ancre
    assert f'id="{ancre[1]}"' in page


def test_chaque_sorte_de_fait_a_ses_mots_et_aucune_autre() -> None:
    lus = (topic.split(".")[:2] for topic in FAITS)
    connus = {(espece, nom) for espece, nom in lus if espece in ESPECES}  # other tests have facts of their own
    assert {(espece, nom) for espece, noms in FAITS_DITS.items() for nom in noms} == connus


def test_chaque_refus_a_ses_mots_et_aucun_autre() -> None:
    """What a rule refuses, and what the door of the site refuses by a code of its own."""
    chambres = pieces_du_linter()
    for piece in chambres:
        for module in pkgutil.walk_packages(import_module(piece).__path__, f"{piece}."):
            import_module(module.name)
    a_voir, codes = [*Refus.__subclasses__()], set[str]()
    while a_voir:
        refus = a_voir.pop()
        a_voir += refus.__subclasses__()
        codes |= {refus.code} if refus.__module__.partition(".")[0] in chambres else set()
    racine = Path(__file__).parents[2] / "web"
    porte = {code for lu in racine.rglob("*.py") for code in A_LA_PORTE.findall(lu.read_text(encoding="utf-8"))}
    assert porte, "those of the door are found"
    assert REFUS_DITS.keys() == codes | porte
    assert [mots for mots in REFUS_DITS.values() if "_" in mots or "'" in mots or not mots[0].isalpha()] == []


def test_chaque_question_est_une_verification_qui_dit_ce_qu_elle_trouve_et_quand(
    site: Site, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site.application.state.portes.questions, "_perime", 0.0)
    accueil = lue(client, "/audit").replace("\u00a0", " ")
    comptes = dict(re.findall(r'href="/audit/questions/([\w-]+)">.*?<strong>(\d+) faits?</strong>', accueil))
    assert comptes.keys() == QUESTIONS.keys()
    assert "Vérifié le 12 juin 2026" in accueil
    for code, nombre in comptes.items():
        page = lue(client, f"/audit/questions/{code}")
        assert ("Aucun fait trouvé" if nombre == "0" else f"{nombre} fait") in page.replace("\u00a0", " ")
        assert "vérifié le 12 juin 2026" in page.replace("\u00a0", " ")
    assert int(comptes["rejets-implicites"]) > 0
    assert "Rejet implicite né" in lue(client, "/audit/questions/rejets-implicites")
    assert client.get("/audit/questions/inconnue").status_code == 404


def test_les_questions_trouvent_ce_qui_ne_devrait_pas_etre(paye: Site) -> None:
    """Each is asked of a life that breaks it: by the days it is asked for, or by facts that the log names otherwise."""
    portes = paye.application.state.portes
    lectures = portes.a_jour("chronologie")
    paiements = set(requetes.ceux(lectures, "subvention.paiement_constate"))
    assert paiements
    assert controles.payes_avant_l_executoire(paye.services) == []
    assert controles.payes_sur_un_compte_recent(paye.services, 1) in ([], sorted(paiements, reverse=True))
    assert set(controles.payes_sur_un_compte_recent(paye.services, 3650)) == paiements
    vises, proposes = (set(requetes.ceux(lectures, f"dossier.{nom}")) for nom in ("vise", "propose"))
    assert requetes.sans(lectures, "dossier.decide", "dossier.vise") == []
    assert set(requetes.sans(lectures, "dossier.vise", "dossier.decide")) == vises, "none is decided before its visa"
    assert requetes.du_meme_agent(lectures, "dossier.vise", "dossier.propose") == []
    assert set(requetes.du_meme_agent(lectures, "dossier.propose", "dossier.declare_complet")) == proposes
    apres = requetes.apres(lectures, "dossier.vise", sauf=("dossier.inscrit",))
    assert len(apres) >= len(requetes.ceux(lectures, "dossier.decide")) > 0
    assert not set(apres) & set(requetes.ceux(lectures, "dossier.inscrit"))
    assert list(apres) == sorted(apres, reverse=True)


def test_un_paiement_d_avant_l_executoire_se_trouve(paye: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    paiements = requetes.ceux(paye.application.state.portes.a_jour("chronologie"), "subvention.paiement_constate")
    charger = paye.services.store.charger

    def pas_encore(classe: Any, lequel: Any) -> Any:
        lu = charger(classe, lequel)
        if classe.nom == "deliberation":
            lu.executoire = None
        return lu

    monkeypatch.setattr(paye.services.store, "charger", pas_encore)
    assert controles.payes_avant_l_executoire(paye.services) == list(paiements)


def test_une_preuve_dit_ce_qui_tient_et_le_fait_qui_ne_tient_plus(site: Site, client: TestClient) -> None:
    ref = site.refs["silence"]
    faits = site.services.store.inscriptions(identifiant("dossier", ref))
    page = lue(client, f"/audit/preuves?ref={ref.lower()}")
    assert f"{len(faits)} faits relus" in page.replace("\u00a0", " ")
    assert "chaîne intacte" in page
    tete = re.search(r"<code>(\d+:[0-9a-f]{64})</code>", page)
    assert tete is not None
    assert "toujours celle de cette ancre" in lue(client, f"/audit/preuves?ancre={tete[1]}")
    assert "une copie plus ancienne a été remise" in lue(client, f"/audit/preuves?ancre=1:{'0' * 64}")
    assert client.get("/audit/preuves?ancre=rien").status_code == 422
    assert client.get("/audit/preuves?ref=NQE-2026-AAAAA").status_code in {404, 422}
    base, change = site.application.state.portes.reglages.base, "UPDATE stored_events SET state=? WHERE position=?"
    (stocke,) = site.services.store.enregistreur.lire_depuis((faits[2].position or 0) - 1, 1)
    falsifier(base, (change, (stocke.state + b" ", faits[2].position)))
    try:
        falsifiee = lue(client, f"/audit/preuves?ref={ref}")
    finally:
        falsifier(base, (change, (stocke.state, faits[2].position)))
    assert "ne correspond plus à son empreinte" in falsifiee
    assert f"de la position {faits[2].position} " in falsifiee
    assert "Ne modifiez rien." in falsifiee


@pytest.mark.parametrize("de", ["dossier", "campagne"])
def test_un_fait_qui_ne_se_lit_plus_du_tout_se_prouve_encore(site: Site, client: TestClient, de: str) -> None:
    ref = site.refs["silence"]
    lequel = identifiant(de, "NQE-2026" if de == "campagne" else ref)
    position = site.services.store.inscriptions(lequel)[-1].position or 0
    (stocke,) = site.services.store.enregistreur.lire_depuis(position - 1, 1)
    base, change = site.application.state.portes.reglages.base, "UPDATE stored_events SET state=? WHERE position=?"
    falsifier(base, (change, (b"\xff", position)))
    try:
        dite = lue(client, f"/audit/preuves?ref={ref}")
    finally:
        falsifier(base, (change, (stocke.state, position)))
    assert (f"Le fait de la position {position} " in dite) == (de == "dossier")
    assert ("Emporter ce dossier" in dite) == (de == "campagne"), "what it rests on is taken away as it is"

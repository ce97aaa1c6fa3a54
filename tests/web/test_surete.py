"""The whole site walked: by each role, with guessed ids, from another site, over texts that would be marks."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from html import unescape
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from application.commandes import FichierRecu
from application.exports.tableau import EcrivainPourLesGens
from application.formules import desarmer
from bootstrap import journaux
from kernel.attentes import Role
from tests.application.argent import attribuer, fixer, payer, valider_iban
from tests.application.seance import SEANCE, installer_region
from tests.conftest import Dire
from tests.epreuves import EPREUVES, compte
from tests.moteur import EXEMPLES, PIECES, deposer, faire, ouvrir_store
from tests.web.fabrique import MALVEILLANT, Site, devant_le_store
from tests.web.test_pages import EN_LIGNE, LIEN
from web.acces import REGLES
from web.porte import ENTETES

ROLES = [role for role in Role if role not in {Role.SYSTEME, Role.PARTENAIRE, Role.PORTEUR}]
DEVINES = (
    "x",
    "%00",
    "..%2F..%2Fetc%2Fpasswd",
    "😀",
    "a" * 3000,
    "00000000-0000-0000-0000-000000000000",
    "-1",
    "9" * 30,
)
EXISTENT = {
    "espece": "seance",
    "campagne": "NQE-2026",
    "guide": "instructeur",
    "position": "20",
    "nom": "retirer",
    "collection": "dossiers",
}
REFS = {
    "seances": SEANCE,
    "campagnes": "NQE-2026",
    "enveloppes": "nqe-2026-fonctionnement",
    "deliberations": "{deliberation}",
    "bordereaux": "{bordereau}",
}
FORMULES = ("=1+1", "+1+1", "@SOMME(A1)", "-2+3|cmd", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "'=1")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A Région that voted and paid a request, where every text that a person types is a mark, and every agent has one role."""
    with ouvrir_store(tmp_path_factory.mktemp("surete"), repetition=True) as (services, base):
        region = installer_region(services)
        (paye,) = attribuer(region, 1)
        valider_iban(region, paye, 0)
        fixer(region, paye)
        payer(region, paye)
        for role in ROLES:
            faire(services, "agent enregistrer", "admin", identifiant=f"un-{role}", roles=role.value)
        refs = {"paye": paye, "deliberation": region.rapports[0], **malveillants(region)}
        with devant_le_store(services, base) as application:
            site = Site(application, services, refs)
            du_site = application.state.portes.site
            du_site.vues.garder("un-instructeur", MALVEILLANT, "etape=complet")
            yield site


def malveillants(region: Any) -> dict[str, str]:
    """Type the mark in every text that is kept, and return what holds it."""
    depot = json.loads((EXEMPLES / "depots" / "02.json").read_text(encoding="utf-8"))
    depot |= {
        "objet": MALVEILLANT,
        "criteres": {"quartier": MALVEILLANT},
        "pieces": [{"code": "rib", "fichier": "joint"}],
    }
    depot["tiers"]["denomination"] = MALVEILLANT
    depot["contact"] = {"nom": MALVEILLANT, "telephone": MALVEILLANT[:40]}
    depot["budget"]["charges"][0] |= {"poste": f"60 - {MALVEILLANT}", "libelle": MALVEILLANT}
    depot["budget"]["produits"][0] |= {"financeur": MALVEILLANT}
    document = FichierRecu("depot.json", json.dumps(depot).encode())
    ref = region.faire(
        "dossier deposer", "ines", depot=document, jointes={"joint": FichierRecu(MALVEILLANT, b"%PDF")}
    ).ref
    for code in PIECES:
        region.faire(
            "dossier recevoir-piece", "ines", dossier=ref, code=code, fichier=FichierRecu(MALVEILLANT, code.encode())
        )
    region.moteur()
    region.faire("dossier declarer-complet", "ines", dossier=ref)
    region.faire("dossier demander-avis", "ines", dossier=ref, aupres_de="ville", delai="1 mois", source=MALVEILLANT)
    region.faire("dossier rendre-avis", "ines", dossier=ref, aupres_de="ville", sens="reserve", texte=MALVEILLANT)
    for ligne in (1, 3):  # nobody knows who these funders are: nothing is proposed before it is said
        region.faire("dossier coder-financeur", "ines", dossier=ref, ligne=ligne, financeur="prive", source=MALVEILLANT)
    region.faire("dossier proposer", "ines", dossier=ref, montant_centimes=1_000, motif=MALVEILLANT)
    region.faire("dossier renvoyer", "rene", dossier=ref, motif=MALVEILLANT)
    retire = deposer(region.services, pieces=PIECES, le=None, lot=None).ref
    region.faire("dossier retirer", "ines", dossier=retire, motif=MALVEILLANT)
    region.faire(
        "enveloppe voter-budget",
        "fanny",
        enveloppe="nqe-2026-fonctionnement",
        montant_centimes=1_000,
        source=MALVEILLANT,
    )
    region.faire("habilitation accorder", "admin", agent="un-auditeur", role="responsable", acte=MALVEILLANT)
    region.faire("habilitation retirer", "admin", agent="un-auditeur", role="responsable", acte=MALVEILLANT)
    region.faire(
        "absence declarer",
        "admin",
        agent="un-instructeur",
        suppleant="ines",
        du="2027-08-01",
        au="2027-08-02",
        acte=MALVEILLANT,
    )
    return {"marque": ref, "retire": retire}


@pytest.fixture(scope="module")
def clients(site: Site) -> Mapping[Role, TestClient]:
    return {role: site.client_de(f"un-{role}") for role in ROLES}


def adresse_de(modele: str, site: Site, **devines: str) -> str:
    """Return an address of a route: of what exists where we know it, or of what is guessed."""
    ref = REFS.get(modele.split("/")[1], "{paye}").format(**{"bordereau": "x", **site.refs})
    connus = {**EXISTENT, "ref": SEANCE if "{espece}" in modele else ref, **devines}
    return re.sub(r"\{(\w+)\}", lambda nom: connus.get(nom[1], "x"), modele)


def ouverte(cle: str, role: Role) -> bool:
    regle = REGLES[cle]
    return not isinstance(regle, frozenset) or role in regle


def test_chaque_page_par_chaque_role_comme_le_dit_la_table(
    site: Site, clients: Mapping[Role, TestClient], dire: Dire
) -> None:
    """Nothing that is read writes a fact, and every answer has its headers. Full: each role; reduced: one that may, one that may not."""
    tete, statuts = site.services.store.derniere_position(), Counter[int]()
    for cle in [cle for cle in REGLES if cle.startswith("GET /") and not cle.startswith("GET /api/v1")]:
        admis = [role for role in ROLES if ouverte(cle, role)]
        refuses = [role for role in ROLES if role not in admis]
        for role in ROLES if EPREUVES else [*admis[:1], *refuses[:1]]:
            reponse = clients[role].get(adresse_de(cle.removeprefix("GET "), site))
            assert (reponse.status_code == 403) == (role in refuses) or "/gestes/" in cle, (cle, role)
            assert reponse.status_code < 500, (cle, role)
            assert {
                nom: reponse.headers[nom] for nom in ENTETES if nom != "Content-Security-Policy"
            }.items() <= ENTETES.items(), cle
            assert "default-src 'none'" in reponse.headers["content-security-policy"], cle
            assert not EN_LIGNE.search(reponse.text) or "html" not in reponse.headers.get("content-type", ""), cle
            statuts[reponse.status_code] += 1
    assert site.services.store.derniere_position() == tete
    dire(f"{statuts.total()} pages demandées : {dict(statuts)}")


def test_un_identifiant_devine_ne_mene_nulle_part(site: Site, clients: Mapping[Role, TestClient]) -> None:
    """To read as to act: refused or unknown, never a fault nor somebody else's; nothing is recorded."""
    tete = site.services.store.derniere_position()
    for cle in [cle for cle in REGLES if "{" in cle and not cle.startswith("POST /api/")]:
        methode, _, modele = cle.partition(" ")
        role = next(role for role in (Role.ADMINISTRATEUR, Role.AUDITEUR, *ROLES) if ouverte(cle, role))
        for devine in DEVINES if EPREUVES else (DEVINES[len(cle) % (len(DEVINES) - 1)], DEVINES[-1]):
            devines = dict.fromkeys(re.findall(r"\{(\w+)\}", modele), devine)
            reponse = clients[role].request(methode, adresse_de(modele, site, **devines))
            assert reponse.status_code in {303, 403, 404, 405, 410, 422}, (cle, devine, reponse.status_code)
            assert not reponse.headers.get("location", "/").startswith("//"), cle
    assert site.services.store.derniere_position() == tete


@pytest.mark.parametrize("chiffres", [30, 5_000])
def test_un_nombre_trop_grand_n_est_pas_une_faute(
    site: Site, clients: Mapping[Role, TestClient], chiffres: int
) -> None:
    """Neither for a base, whose integers have 64 bits, nor for Python, which reads no number of 5,000 digits."""
    enorme, ref = "9" * chiffres, site.refs["marque"]
    webhook = site.application.state.portes.site.livraisons.creer("https://exemple.fr/", "admin", 0)
    envois = [
        (Role.INSTRUCTEUR, "/lots", {"geste": "dossier proposer", "sur": f"{ref} {enorme}"}),
        (Role.ASSEMBLEES, f"/seances/{SEANCE}/scrutin", {"ligne": enorme}),
        (Role.ASSEMBLEES, f"/seances/{SEANCE}/scrutin", {"ligne": "1", "version": enorme, "choix": "pour"}),
        (Role.INSTRUCTEUR, f"/dossiers/{ref}/gestes/proposer", {"version": enorme, "montant_centimes": enorme}),
        (Role.ADMINISTRATEUR, f"/webhooks/{webhook.id}/rejouer", {"position": enorme}),
        (Role.ADMINISTRATEUR, "/jetons/creer", {"jours": enorme}),
    ]
    for role, adresse, donnees in envois:
        assert clients[role].post(adresse, data=donnees).status_code in {409, 422}, adresse
    for adresse in (f"/audit/faits/{enorme}", f"/audit/faits?apres={enorme}", f"/audit/rejeu/{ref}?fait={enorme}"):
        assert clients[Role.AUDITEUR].get(adresse).status_code in {404, 422}, adresse


def test_ce_qu_un_autre_site_fait_envoyer_n_est_pas_lu(site: Site, clients: Mapping[Role, TestClient]) -> None:
    for cle in [cle for cle in REGLES if cle.startswith("POST ")]:
        adresse = adresse_de(cle.removeprefix("POST "), site)
        for venu in ({"sec-fetch-site": "cross-site"}, {"origin": "https://ailleurs.example"}):
            assert clients[Role.ADMINISTRATEUR].post(adresse, headers=venu).status_code == 403, cle
        anonyme = site.anonyme.post(adresse, headers={"sec-fetch-site": "cross-site"})
        assert anonyme.status_code == 403, cle


def sorte(adresse: str) -> str:
    """Return what kind of page an address leads to: its path without what it names, and what it asks."""
    chemin, _, question = adresse.partition("?")
    chemin = re.sub(r"(habilitations|absences|elements/agent)/[^/]+", r"\1/…", chemin)
    pas = ["…" if re.search(r"[0-9A-Z]", un) else un for un in chemin.split("/")]
    return "/".join(pas) + "?" + "&".join(sorted({un.partition("=")[0] for un in question.split("&")}))


def test_un_texte_qui_serait_une_marque_sort_en_texte_sur_chaque_page(
    site: Site, clients: Mapping[Role, TestClient], dire: Dire
) -> None:
    """From its home and from what holds a mark, each role follows the links: one page of each kind it has not read."""
    pages, montrent = 0, set[str]()
    vues = defaultdict[str, int](int)
    for role, client in clients.items():
        a_voir = ["/", *(f"/dossiers/{site.refs[nom]}" for nom in ("marque", "retire")), "/administration", "/file"]
        suivies = set(a_voir)
        while a_voir:
            adresse = a_voir.pop(0)
            reponse = client.get(adresse)
            pages += 1
            assert reponse.status_code in {200, 403, 404}, (role, adresse)
            if "html" in reponse.headers["content-type"]:
                assert "<script>alert" not in reponse.text, (role, adresse)
                if MALVEILLANT in unescape(reponse.text):
                    montrent.add(sorte(adresse))
                for lien in map(unescape, LIEN.findall(reponse.text)):
                    propre = lien.partition("#")[0]
                    if propre.startswith("/") and propre not in suivies and vues[sorte(propre)] < compte(1, 20):
                        suivies.add(propre)
                        vues[sorte(propre)] += 1
                        a_voir.append(propre)
    dire(f"{pages} pages suivies, de {len(vues)} sortes ; la marque est montrée par {len(montrent)}")
    assert len(montrent) > 5, montrent


@pytest.mark.parametrize("cellule", FORMULES)
def test_aucune_table_n_a_de_formule(site: Site, clients: Mapping[Role, TestClient], cellule: str) -> None:
    """Every CSV is written by one of two writers; what both write is disarmed."""
    flux = StringIO()
    EcrivainPourLesGens(flux, ["colonne"]).writerow([cellule])
    assert flux.getvalue().splitlines()[1].lstrip('"')[0] == "'"
    assert desarmer(cellule)[0] == "'"


def test_chaque_table_est_ecrite_par_qui_la_desarme() -> None:
    """The writer of the library is used in one file, beside the one that disarms."""
    racine = Path(__file__).parents[2]
    salles = ("adapters", "application", "cli", "web", "workers", "readmodels")
    ecrivent = [
        f.relative_to(racine).as_posix()
        for salle in salles
        for f in (racine / salle).rglob("*.py")
        if re.search(r"csv\.(writer|DictWriter)", f.read_text(encoding="utf-8"))
    ]
    assert ecrivent == ["application/exports/tableau.py"]


def test_une_version_de_l_avenir_est_refusee_a_chaque_porte(site: Site, clients: Mapping[Role, TestClient]) -> None:
    tete, client = site.services.store.derniere_position(), clients[Role.INSTRUCTEUR]
    for version in ("9999", '"999999999"'):
        refuse = client.post(
            f"/api/v1/dossiers/{site.refs['marque']}/retirer", json={"motif": "exemple"}, headers={"If-Match": version}
        )
        assert refuse.status_code == 412
    assert site.services.store.derniere_position() == tete


@pytest.mark.parametrize(
    ("texte", "statut"),
    [
        ("Fête 🎉 des voisins", 201),
        ("שלום العربية", 201),
        ("\u202egnp.exe", 422),
        ("a\u0007b", 422),
        ("\u200b\u200d", 422),
        ("x" * 10_000_000, 413),
    ],
)
def test_emoji_et_autres_ecritures_se_gardent_et_ce_qui_ment_est_refuse(
    site: Site, clients: Mapping[Role, TestClient], texte: str, statut: int
) -> None:
    depot = json.loads((EXEMPLES / "depots" / "01.json").read_text(encoding="utf-8")) | {"objet": texte, "pieces": []}
    client = clients[Role.INSTRUCTEUR]
    reponse = client.post("/api/v1/dossiers/deposer", json=depot)
    assert reponse.status_code == statut
    if statut == 201:
        assert texte in unescape(client.get(f"/dossiers/{reponse.json()['ref']}").text)


MAUVAIS = {
    "version": ("-1", "9" * 40, "x", "1.5"),
    "commande_id": ("x", "0", ""),
    "canal": ("pigeon", "courriel,main_propre"),
    "courriel": ("a@b.fr\r\nBcc: autre@exemple.fr", "a@b", "a" * 4000, "é@exemple.fr"),
    "demande": ("0", "-1", "1e400", "9" * 400, "99"),
    "montant_centimes": ("NaN", "1e999", "-5", "0", "9" * 400, "12,345", "\u202e21"),
    "source": ("", "x", "a" * 400, "nul\x00", "\u202etexte", " "),
    "agent": ("../../etc", "personne", "\u202eines", "😀"),
    "motif": ("", "\x00", "\u202e"),
}
"""What no page sends, by the field of the form that it is sent in."""


def test_ce_qu_aucune_page_n_envoie_ne_casse_pas_les_gestes_de_l_instruction(site: Site, dire: Dire) -> None:
    """A field tampered, a form of another role, a guessed number, ten thousand fields, a file that lies: refused, nothing written."""
    services, envois = site.services, Counter[int]()
    depot = json.loads((EXEMPLES / "depots" / "03.json").read_text(encoding="utf-8")) | {"pieces": []}
    depot.pop("montant_demande_centimes")
    joint = FichierRecu("depot.json", json.dumps(depot).encode())
    ref = faire(services, "dossier deposer", "ines", depot=joint).ref
    faire(services, "dossier demander-pieces", "ines", dossier=ref, pieces="statuts", delai="15 jours")
    faire(services, "dossier declarer-interet", "ines", dossier=ref)
    bons = {
        ("enregistrer-remise", "un-instructeur"): {},
        ("notifier-rejet", "un-assemblees"): {"canal": "main_propre"},
        ("preciser-montant", "un-instructeur"): {"montant_centimes": "1 000,00", "source": "courriel fictif"},
        ("retirer-interet", "un-responsable"): {"agent": "ines", "motif": "déclaré par erreur (fictif)"},
    }
    for (nom, login), bon in bons.items():
        client, adresse = site.client_de(login), f"/dossiers/{ref}/gestes/{nom}"
        page = client.get(adresse).text
        caches = dict(re.findall(r'name="(version|commande_id|jeton)" value="([^"]*)"', page))
        caches = {**{"version": "1", "commande_id": str(uuid4())}, **caches, "confirme": "1"}
        tete = services.store.derniere_position()
        siens = {champ: maux for champ, maux in MAUVAIS.items() if f'name="{champ}"' in page}
        essais = [bon | {champ: mal} for champ, maux in siens.items() for mal in maux]
        essais += [bon | {f"champ{n}": "x" for n in range(10_000)}]
        for essai in essais:
            reponse = client.post(adresse, data=caches | essai)
            envois[reponse.status_code] += 1
            assert 400 <= reponse.status_code < 500, (nom, str(essai)[:200])
        for devine in DEVINES:
            reponse = client.post(f"/dossiers/{devine}/gestes/{nom}", data=caches | bon)
            assert 400 <= reponse.status_code < 500, (nom, devine[:20])
        for fichier in (
            ("avis.pdf", b""),
            ("avis.pdf", b"MZ\x90\x00 programme"),
            ("../../etc/passwd", b" "),
            ("a\r\nX: y", b""),
        ):
            reponse = client.post(adresse, data=caches, files={"fichier": fichier})
            assert 400 <= reponse.status_code < 500, (nom, fichier)
        autre = site.client_de("un-auditeur").post(adresse, data=caches | bon)
        assert autre.status_code == 403, nom
        assert services.store.derniere_position() == tete, nom
    dire(f"mauvais envois: {dict(envois)}")


def test_rien_de_personnel_ni_de_secret_dans_les_adresses_ni_les_traces(
    site: Site, clients: Mapping[Role, TestClient], capfd: pytest.CaptureFixture[str]
) -> None:
    journaux.configurer("json")
    client, nom, secret = site.anonyme, *site.temoin_de("un-instructeur")
    client.cookies.set(nom, secret)
    client.get("/dossiers?q=Jeanne+Exemple")
    client.get(f"/invitation/{secret}")
    client.post("/connexion", data={"identifiant": "jeanne@exemple.fr", "mot_de_passe": "trois tilleuls"})
    dits = "".join(capfd.readouterr())
    assert "requete.servie" in dits
    assert not [mot for mot in ("Jeanne", "jeanne", "tilleuls", secret) if mot in dits]

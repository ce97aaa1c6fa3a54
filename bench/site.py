"""The site at work: fifty agents who each ask every five seconds, on a store of a hundred thousand dossiers.

The site, its projector, PostgreSQL and who asks are processes of one machine. No engine follows the store: each geste of the
site does itself what is due after it, which is the slower way.
"""

import gzip
import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from itertools import cycle
from typing import Final
from urllib.parse import quote, urlencode
from uuid import uuid4

import httpx

from bench.atelier import Atelier
from bench.charge import Reponse, Visite, caches
from bench.mesure import Ampleur, Mesure, absente, centile, machine
from bench.postgres import Indisponible
from bench.processus import lancer
from bench.region import LECTEUR, PAGES, Matiere, appreter, region
from bootstrap.lectures import lectures as ouvrir_lectures
from bootstrap.site import site as ouvrir_site
from kernel.identifiants import identifiant
from web.personne import temoin
from web.portes import Portes

AGENTS: Final = (50, 5)
PAS_S: Final = 5.0
"""Between two questions of one agent."""
CHAUFFE_S, DUREE_S = 5.0, 60.0
FOIS: Final = 20
"""Times that each of the other pages is read."""
IL_Y_A: Final = timedelta(days=12)
NIVEAU: Final = 5
"""A middle level of gzip: nothing sets that of the proxy. The application alone serves pages as they are."""
LOTS = (60, 500)
"""Rows of the two batches."""
REGARD_S: Final = 0.25
"""Between two looks at a batch."""
VISITES: Final = ("file", "dossier", "passe", "recherche", "geste", "dossier", "file", "numero")
"""What an agent asks, in turn; « numero » is a search that leads to its dossier."""
DEMARRAGE_S: Final = 60.0
PATIENCE_S: Final = 300.0
_AUTRES: Final = re.compile(r'<(?:link[^>]* href|script[^>]* src|img[^>]* src)="')
_JETON: Final = re.compile(r'name="jeton" value="([^"]+)"')
Connexion = tuple[str, list[str]]
"""The name of the cookie, and the secret of each agent."""


def site(ampleur: Ampleur) -> list[Mesure]:
    """Measure the pages under load, the weight of the queue, then batches."""
    try:
        with region(ampleur) as a:
            agents = [f"agent-{rang:02d}" for rang in range(ampleur.choisir(*AGENTS))]
            return mesurer(a, appreter(a, ampleur, agents), agents, ampleur)
    except Indisponible as erreur:
        noms = ("file", "dossier", "passe", "recherche", "geste", *PAGES)
        absentes = [absente(f"site.{nom}.p95", "ms", str(erreur)) for nom in noms]
        absentes += [absente(f"site.lot.{nombre}", "s", str(erreur)) for nombre in LOTS]
        return [
            *absentes,
            absente("site.file.poids", "ko", str(erreur)),
            absente("site.file.requetes", "", str(erreur)),
        ]


def mesurer(a: Atelier, matiere: Matiere, agents: Sequence[str], ampleur: Ampleur) -> list[Mesure]:
    """Serve a peopled store, and measure."""
    depart, duree = machine(), ampleur.choisir(CHAUFFE_S + DUREE_S, 3.0)
    chauffe, lots = ampleur.choisir(CHAUFFE_S, 0.0), ampleur.choisir(LOTS, (5, 10))
    pas, fois = ampleur.choisir(PAS_S, 0.5), ampleur.choisir(FOIS, 1)
    with _servir(a, [*agents, LECTEUR]) as (adresse, (nom, secrets)):
        reponses = _charger(adresse, (nom, secrets), list(_visites(matiere, len(agents), duree, pas)))
        with httpx.Client(base_url=adresse, cookies={nom: secrets[-1]}, timeout=PATIENCE_S) as lecteur:
            seules = [_lire_une_page(lecteur, quoi, matiere.pages[quoi]) for _ in range(fois) for quoi in PAGES]
        with httpx.Client(base_url=adresse, cookies={nom: secrets[0]}, timeout=PATIENCE_S) as client:
            page = client.get("/file").text
            durees = [_faire_un_lot(client, _avec_leur_version(a, matiere.instruits[:nombre])) for nombre in lots]
    mesurees = [reponse for reponse in reponses if reponse.quand >= chauffe]
    faits = a.services.store.derniere_position()
    conditions = f"{len(agents)} agents, une demande chacun toutes les {pas:g} s, {duree - chauffe:g} s ; {faits} faits ; {depart}"
    return [
        *_latences(mesurees, conditions),
        *_latences(seules, f"l’une après l’autre, sans personne d’autre ; {faits} faits ; {depart}"),
        Mesure(
            nom="site.file.poids",
            valeur=len(gzip.compress(page.encode(), NIVEAU)) / 1000,
            unite="ko",
            conditions=f"comprimée comme par le mandataire (gzip, niveau {NIVEAU}) ; {len(page.encode()) / 1000:.0f} ko sans lui",
        ),
        Mesure(
            nom="site.file.requetes",
            valeur=1 + len(_AUTRES.findall(page)),
            unite="",
            conditions="la page et ce qu’elle demande",
        ),
        *(
            Mesure(
                nom=f"site.lot.{nombre}",
                valeur=faite,
                unite="s",
                conditions=f"{reel} lignes, d’« Envoyer » à « terminé » ; préparées en {preparee:.2f} s ; {depart}",
            )
            for nombre, reel, (preparee, faite) in zip(LOTS, lots, durees, strict=True)
        ),
    ]


def _latences(reponses: Sequence[Reponse], conditions: str) -> Iterator[Mesure]:
    durees: dict[str, list[float]] = {}
    for reponse in reponses:
        durees.setdefault(reponse.quoi, []).append(reponse.duree)
        if reponse.quoi == "geste":
            durees.setdefault("geste.envoi", []).append(reponse.envoi)
    for quoi, lues in durees.items():
        for rang in (50, 95):
            dit = f"{len(lues)} demandes ; {conditions}"
            yield Mesure(nom=f"site.{quoi}.p{rang}", valeur=1000 * centile(lues, rang), unite="ms", conditions=dit)


@contextmanager
def _servir(a: Atelier, agents: Sequence[str]) -> Iterator[tuple[str, Connexion]]:
    """Run the site and the projector, and sign everybody in; yield where, and by what."""
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        port = prise.getsockname()[1]
    with ouvrir_lectures(a.reglages, a.services) as lectures, ouvrir_site(a.reglages, a.services.coffre) as du_site:
        nom = temoin(Portes(a.reglages, a.services, lectures, du_site))
        secrets = [du_site.sessions.ouvrir(agent, prouvee=True) for agent in agents]
    adresse = f"http://127.0.0.1:{port}"
    with (
        lancer(a.reglages, "cli.principal", "projecteur"),
        lancer(a.reglages, "cli.principal", "web", "--port", str(port)),
    ):
        _attendre(adresse)
        yield adresse, (nom, secrets)


def _attendre(adresse: str) -> None:
    fin = time.monotonic() + DEMARRAGE_S
    while True:
        try:
            httpx.get(f"{adresse}/sante").raise_for_status()
        except httpx.HTTPError:
            if time.monotonic() > fin:
                raise
            time.sleep(0.1)
        else:
            return


def _visites(matiere: Matiere, agents: int, duree: float, pas: float) -> Iterator[Visite]:
    """Yield what everybody asks, the agents spread over a step, each beginning elsewhere in the turn."""
    connus, anciens, complets = cycle(matiere.connus), cycle(matiere.anciens), iter(matiere.complets)
    passe = urlencode({"au": f"{matiere.avant - IL_Y_A:%Y-%m-%d}", "connu_au": matiere.avant.isoformat()})
    for tour in range(int(duree / pas)):
        for agent in range(agents):
            ref, quoi = next(connus), VISITES[(agent + tour) % len(VISITES)]
            if quoi == "geste" and (ref := next(complets, "")) == "":
                quoi, ref = "dossier", next(connus)
            chemins = {
                "file": "/file",
                "dossier": f"/dossiers/{ref}",
                "passe": f"/dossiers/{next(anciens)}?{passe}",
                "recherche": f"/recherche?q={quote('passerelles du ' + ref[9:13])}",
                "numero": f"/recherche?q={ref}",
                "geste": f"/dossiers/{ref}/gestes/declarer-complet",
            }
            yield Visite(agent, (tour + agent / agents) * pas, quoi, chemins[quoi])


def _charger(adresse: str, connexion: Connexion, visites: Sequence[Visite]) -> list[Reponse]:
    plan = {"adresse": adresse, "temoin": connexion[0], "secrets": connexion[1], "visites": list(map(asdict, visites))}
    ordre = [sys.executable, "-m", "bench.charge"]
    faite = subprocess.run(ordre, input=json.dumps(plan).encode(), stdout=subprocess.PIPE, check=True)
    return [Reponse(**reponse) for reponse in json.loads(faite.stdout)]


def _lire_une_page(client: httpx.Client, quoi: str, adresse: str) -> Reponse:
    debut = time.perf_counter()
    client.get(adresse).raise_for_status()
    return Reponse(quoi, 0.0, time.perf_counter() - debut)


def _avec_leur_version(a: Atelier, refs: Sequence[str]) -> list[str]:
    """Return what is ticked in the queue for these dossiers."""
    flux = ((ref, a.services.store.inscriptions(identifiant("dossier", ref))) for ref in refs)
    return [f"{ref} {len(inscriptions)}" for ref, inscriptions in flux]


def _faire_un_lot(client: httpx.Client, sur: Sequence[str]) -> tuple[float, float]:
    """Ask an avis of these dossiers; return how long it took to prepare, then to be done to the last."""
    jeton = _JETON.findall(client.get("/file").text)[0]
    debut = time.perf_counter()
    choisi = client.post("/lots", data={"jeton": jeton, "geste": "dossier demander-avis", "sur": list(sur)})
    lot = choisi.headers["location"]
    prepare = client.get(lot).raise_for_status()
    preparee = time.perf_counter() - debut
    debut = time.perf_counter()
    client.post(lot, data={**caches(prepare.text), "aupres_de": f"partenaire-{uuid4().hex[:8]}", "delai": "21 jours"})
    while "terminé" not in (lue := client.get(lot).text.lower()):
        if time.perf_counter() - debut > PATIENCE_S:
            raise TimeoutError(f"the batch did not end in {PATIENCE_S:.0f} s")
        time.sleep(REGARD_S)
    faite = time.perf_counter() - debut
    assert "refusé</strong>" not in lue, lue
    return preparee, faite

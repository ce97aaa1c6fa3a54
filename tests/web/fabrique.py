"""A small rehearsal store that lived from January to June 2026: a page of each kind has something to show."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from anyio.from_thread import start_blocking_portal
from fastapi import FastAPI
from fastapi.testclient import TestClient

from application.commandes import FichierRecu
from application.reprise.correspondance import lire_correspondance
from application.reprise.fichier import prendre_fichier
from application.reprise.reprendre import RepriseDeFichier
from application.sans_moteur import faire_ce_qui_est_du
from application.services import Services
from bootstrap.cablage import services as ouvrir_services
from bootstrap.lectures import lectures
from bootstrap.reglages import Reglages
from bootstrap.site import site as ouvrir_le_site
from kernel.instants import debut_de_jour
from tests.application.argent import attribuer, fixer, mandater, payer, ref_bordereau, signer, valider_iban
from tests.application.seance import installer_region
from tests.moteur import EXEMPLES, PIECES, REMISE, deposer, faire, installer, ouvrir_store, preparer
from web.application import creer
from web.personne import jeton_de, temoin
from web.portes import Avancer

RACINE = EXEMPLES.parents[1]
MALVEILLANT = "<script>alert(1)</script> & « Fête »"


@dataclass
class Site:
    """The application of a store, and the numbers of its dossiers."""

    application: FastAPI
    services: Services
    refs: dict[str, str]
    url: str = "http://127.0.0.1"

    @property
    def anonyme(self) -> TestClient:
        """A client that nobody is signed in on; it does not follow redirections, and sees faults as a browser does."""
        client = TestClient(self.application, base_url=self.url, follow_redirects=False, raise_server_exceptions=False)
        client.portal = getattr(self.application.state, "boucle", None)
        return client

    def temoin_de(self, login: str, *, facteur: bool = True) -> tuple[str, str]:
        """The cookie, by its name and its secret, of a new session of that agent, who has just proven who it is."""
        portes = self.application.state.portes
        return temoin(portes), portes.site.sessions.ouvrir(login, prouvee=True, facteur=facteur)

    def client_de(self, login: str, *, facteur: bool = True) -> TestClient:
        """A client on which that agent is signed in; what it posts carries the jeton of its session."""
        client, (nom, secret) = self.anonyme, self.temoin_de(login, facteur=facteur)
        client.cookies.set(nom, secret)
        client.headers["x-jeton"] = jeton_de(secret)
        return client


@contextmanager
def ouvrir_site(dossier: Path) -> Iterator[Site]:
    """Fill a store, and put the web before it."""
    reglages, refs = installer(dossier, _remplir, repetition=True)
    with ouvrir_services(reglages) as services, devant_le_store(services, reglages.base) as application:
        yield Site(application, services, refs.copy())


@contextmanager
def ouvrir_site_paye(dossier: Path) -> Iterator[Site]:
    """Likewise, of a Région that voted two requests: of `paye` the first échéance is paid, that of `rejete` was not."""
    with ouvrir_store(dossier, repetition=True) as (services, base):
        region = installer_region(services)
        paye, rejete = attribuer(region, 2)
        for rang, ref in enumerate((paye, rejete)):
            valider_iban(region, ref, rang)
            fixer(region, ref)
        payer(region, paye)
        mandater(region, rejete)
        region.moteur()
        signer(region, ref_bordereau(region, rejete))
        rejet = {"subvention": rejete, "echeance": 1, "motif": "iban_errone"}
        region.faire("subvention constater-rejet", "farid", **rejet)
        with devant_le_store(services, base) as application:
            yield Site(application, services, {"paye": paye, "rejete": rejete})


@contextmanager
def devant_le_store(
    services: Services, base: str, *, avancer: Avancer | None = None, **reglee: Any
) -> Iterator[FastAPI]:
    """Put an application before a store, and one loop before it as a server has: a client makes one a request, and its thread.

    `reglee` is what else its settings say.
    """
    reglages = Reglages(base=base, **reglee)
    with (
        start_blocking_portal() as boucle,
        lectures(reglages, services) as ouvertes,
        ouvrir_le_site(reglages, services.coffre, a_preparer=True) as du_site,
    ):
        application = creer(reglages, services, ouvertes, du_site, avancer=avancer)
        application.state.boucle = boucle
        application.state.portes.demandes.limite = 1_000_000  # one agent asks for all the tests
        yield application


def _remplir(services: Services) -> dict[str, str]:
    preparer(services)
    refs = _vivre(services)
    with tempfile.TemporaryDirectory() as dossier:
        _reprendre(services, Path(dossier))
    return refs


def _vivre(services: Services) -> dict[str, str]:
    depuis = services.store.enregistreur.derniere_position()
    refs = {
        "avis": deposer(services, pieces=PIECES, le=None, lot=None).ref,
        "pieces": deposer(services, pieces=("statuts", "budget"), le=None, lot=None).ref,
        "silence": deposer(services, pieces=PIECES, le=None, lot=None).ref,
        "visa": deposer(services, pieces=PIECES, le=None, lot=None).ref,
        "retire": deposer(services, pieces=PIECES, le=None, lot=None).ref,
    }
    refs["malveillant"] = _deposer_autrement(services)
    faire_ce_qui_est_du(services, depuis, "cli")
    copie: dict[str, Any] = {"fichier": FichierRecu("accuse.pdf", b"exemple fictif"), "voies_de_recours": "oui"}
    for ref in refs.values():
        faire(services, "dossier enregistrer-accuse", "ines", dossier=ref, **copie)
    _avancer(services, date(2026, 1, 20), depuis)
    faire(
        services,
        "dossier demander-pieces",
        "ines",
        dossier=refs["pieces"],
        pieces="rib,attestation_cer",
        delai="6 mois",
    )
    faire(services, "dossier enregistrer-remise", "ines", dossier=refs["pieces"], **REMISE)
    for nom in ("avis", "visa", "retire"):
        faire(services, "dossier declarer-complet", "ines", dossier=refs[nom])
    faire(services, "dossier demander-avis", "ines", dossier=refs["avis"], aupres_de="ville", delai="9 mois")
    faire(services, "dossier enregistrer-remise", "ines", dossier=refs["avis"], **REMISE)
    faire(services, "dossier proposer", "ines", dossier=refs["visa"])
    faire(services, "dossier retirer", "ines", dossier=refs["retire"], motif="Projet abandonné, faute de bénévoles")
    refs["seance"] = faire(services, "seance prevoir", "aline", jour=date(2026, 6, 1)).ref
    _avancer(services, date(2026, 6, 12), depuis)
    faire(services, "dossier declarer-complet", "ines", dossier=refs["silence"], le=date(2026, 6, 3))
    return refs


def _deposer_autrement(services: Services) -> str:
    depot = json.loads((EXEMPLES / "depots" / "02.json").read_text(encoding="utf-8"))
    depot["objet"], depot["pieces"] = MALVEILLANT, []
    return faire(services, "dossier deposer", "ines", depot=FichierRecu("depot.json", json.dumps(depot).encode())).ref


def _avancer(services: Services, jour: date, depuis: int) -> None:
    """Step from day to day, as the rehearsal clock does, and do what is due."""
    enregistreur = services.store.enregistreur
    while (maintenant := enregistreur.maintenant()) < debut_de_jour(jour):
        enregistreur.regler_horloge(maintenant + timedelta(days=1))
        faire_ce_qui_est_du(services, depuis, "cli")


def _reprendre(services: Services, dossier: Path) -> None:
    reprises, reel = RACINE / "examples" / "reprise", RACINE / "examples" / "reel"
    campagne = (reprises / "campagne-conventions.yaml").read_bytes()
    faire(services, "campagne ouvrir", "admin", fichier=FichierRecu("campagne.yaml", campagne))
    texte = (reprises / "maine-et-loire_conventions.yaml").read_text(encoding="utf-8")
    correspondance = lire_correspondance(texte, "conventions")
    reprise = RepriseDeFichier(services, correspondance.campagne, "admin", None)
    prendre_fichier(reprise, reel / "maine-et-loire_conventions.csv", correspondance, dossier / "rejets.csv", None)

"""The store that the site is measured on: a hundred thousand dossiers, a season under way and six years of sittings.

Sown for one run and erased after it, or kept in a folder for the next ones.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg

from application.sans_moteur import faire_ce_qui_est_du
from bench.atelier import Atelier, atelier
from bench.attributions import attribuer
from bench.mesure import Ampleur
from bench.postgres import base_gardee, bases_jetables
from bench.semis import ecrire, semer
from bench.vies import EN_INSTRUCTION, PREMIER_RANG, campagnes, numero_de
from bootstrap.lectures import lectures as ouvrir_lectures
from kernel.instants import Instant
from readmodels.file import requetes

DOSSIERS, FAITS, OUVERTS = 100_000, 1_000_000, 20_000
ATTRIBUES, PAR_RAPPORT = 15_000, 40
"""Dossiers of them that were put to a sitting, and those of one rapport."""
FAITS_D_UN_ATTRIBUE: Final = 29
"""Those of its tiers, of its award and its part of the rapport included."""
CONNUS: Final = 400
"""Dossiers that are read, in turn."""
DEPOSES: Final = (200, 12)
"""Filed for each run: a geste is done once on each."""
PAGES: Final = (
    *("accueil", "recherche_de_dossiers", "echeances", "en_retard", "bloques", "pilotage"),
    *("seances", "seance", "finance", "rejets", "enveloppe"),
)
"""Those that one reader asks, besides what everybody does."""
LECTEUR: Final = "lecteur"
"""Who may read every page."""


@dataclass(frozen=True)
class Matiere:
    """What agents ask about: by number."""

    connus: Sequence[str]
    """Dossiers that are read."""
    anciens: Sequence[str]
    """Those filed at the beginning of the season."""
    instruits: Sequence[str]
    """Those under instruction."""
    complets: Sequence[str]
    """Those that may be declared complete, each once."""
    pages: Mapping[str, str]
    """Where each of `PAGES` is."""
    avant: Instant
    """After the sowing, before the measure: when the past that is asked was known."""


@contextmanager
def region(ampleur: Ampleur) -> Iterator[Atelier]:
    """Yield the store, sown: that of the folder where it is kept, else one that is erased at the end.

    Raises:
        Indisponible: no PostgreSQL was named, and none could be started.
    """
    if ampleur.garde is None:
        with (
            tempfile.TemporaryDirectory(prefix="diligence-banc-") as dossier,
            bases_jetables(1) as (base,),
            atelier(Path(dossier), base) as a,
        ):
            _semer(a, ampleur)
            yield a
        return
    ampleur.garde.mkdir(exist_ok=True)
    seme = ampleur.garde / "seme"
    with base_gardee(ampleur.garde, neuve=not seme.exists()) as base, atelier(ampleur.garde, base) as a:
        if not seme.exists():
            _semer(a, ampleur)
            seme.touch()
        yield a


def _comptes(ampleur: Ampleur) -> tuple[int, int, int]:
    """Return how many dossiers, facts, and dossiers that are open, those put to a sitting left out."""
    pleins = (DOSSIERS - ATTRIBUES, FAITS - ATTRIBUES * FAITS_D_UN_ATTRIBUE, OUVERTS)
    return ampleur.choisir(pleins, (200, 2_000, 60))


def _semer(a: Atelier, ampleur: Ampleur) -> None:
    vies = campagnes(*_comptes(ampleur))
    semer(a.services, a.reglages.base, vies)
    attribues, par_rapport = ampleur.choisir((ATTRIBUES, PAR_RAPPORT), (60, 2))
    suite = attribuer(attribues, par_rapport, a.services.maintenant(), PREMIER_RANG + len(vies))
    ecrire(a.services, a.reglages.base, suite)
    roles = "instructeur,responsable,assemblees,finance"
    a.faire("agent enregistrer", "admin", identifiant=LECTEUR, roles=roles)


def appreter(a: Atelier, ampleur: Ampleur, agents: Sequence[str]) -> Matiere:
    """Register who asks, file what gestes will be done on, and bring the read models to the head of the store."""
    for agent in agents:
        a.faire("agent enregistrer", "admin", identifiant=agent, roles="instructeur")
    depuis = a.services.store.derniere_position()
    gestes = [a.deposer(entier=True).ref for _ in range(ampleur.choisir(*DEPOSES))]
    faire_ce_qui_est_du(a.services, depuis, pilote="banc")
    with ouvrir_lectures(a.reglages, a.services) as lectures:
        for nom in lectures.projections:  # else the projector makes them during the measure
            lectures.rattraper(nom)
        premiers = {
            nom: requetes.lister(lectures, nom, limite=1)["lignes"][0]["ref"] for nom in ("seance", "enveloppe")
        }
    with psycopg.connect(a.reglages.base, autocommit=True) as connexion:
        connexion.execute("VACUUM ANALYZE")  # as after any bulk load
    vies = campagnes(*_comptes(ampleur))
    refs = [numero_de(PREMIER_RANG + rang) for rang in range(len(vies))]
    instruits = [ref for ref, vie in zip(refs, vies, strict=True) if vie is EN_INSTRUCTION]
    connus = refs[:: max(1, len(refs) // CONNUS)]
    pages = {
        **{nom: f"/{nom.replace('_', '-')}?de=tous" for nom in PAGES},
        "accueil": "/",
        "recherche_de_dossiers": "/dossiers?q=passerelles+du+1234",
        **{nom: f"/{nom}s/{ref}" for nom, ref in premiers.items()},
    }
    anciens = connus[: max(1, len(connus) // 5)]
    return Matiere(connus, anciens, instruits, gestes, pages, a.services.maintenant())

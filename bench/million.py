"""A store of a million facts: what a command costs there against an empty one, the queue, and reading all again."""

import os
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import UUID

from application.verification import Invariants
from bench.atelier import Atelier, atelier
from bench.dossiers import Dossiers
from bench.mesure import Ampleur, Mesure, absente, centile, machine, mediane
from bench.postgres import Indisponible, bases_jetables
from bench.semis import semer
from bench.vies import anciennes, ouvertes
from bootstrap.cablage import verification_du_store
from bootstrap.lectures import Lectures
from bootstrap.lectures import lectures as ouvrir_lectures
from readmodels.file import requetes

FAITS = 1_000_000
OUVERTS = 20_000
"""Dossiers among them that await someone; the others are over."""
FAITS_PAR_OUVERT = 7.4
COMMANDES = 300
"""Of a round, on each side, on streams of 20 facts never read before."""
QUESTIONS = 200
VIDE = "base vide, mêmes commandes"
PAGES: tuple[dict[str, Any], ...] = ({}, {"de": "instructeur"}, {"de": "partenaire"})
"""What is asked of the queue, in turn: its first page, that of a role, that of another, a page further on."""


def million(ampleur: Ampleur) -> list[Mesure]:
    """Measure both databases."""
    with ExitStack() as pile:
        mesures = _mesurer("sqlite", _dossiers(pile), (None, None), ampleur)
    try:
        with ExitStack() as pile:
            bases = pile.enter_context(bases_jetables(2))
            mesures += _mesurer("postgresql", _dossiers(pile), (bases[0], bases[1]), ampleur)
    except Indisponible as erreur:
        mesures.append(absente("million.postgresql.commandes", "commandes/s", str(erreur)))
        mesures.append(absente("million.postgresql.file.p95", "ms", str(erreur)))
        mesures += [absente(f"million.postgresql.{nom}", "faits/s", str(erreur)) for nom in ("verifier", "invariants")]
    return mesures


def _dossiers(pile: ExitStack) -> tuple[Path, Path]:
    un, autre = (pile.enter_context(tempfile.TemporaryDirectory(prefix="diligence-banc-")) for _ in range(2))
    return Path(un), Path(autre)


def _mesurer(
    sgbd: str, dossiers: tuple[Path, Path], bases: tuple[str | None, str | None], ampleur: Ampleur
) -> list[Mesure]:
    depart = machine()
    faits, ouverts = ampleur.choisir(FAITS, 400), ampleur.choisir(OUVERTS, 12)
    with ExitStack() as pile:
        plein, vide = (pile.enter_context(atelier(d, base)) for d, base in zip(dossiers, bases, strict=True))
        lectures = pile.enter_context(ouvrir_lectures(plein.reglages, plein.services))
        vies = [*anciennes(faits - int(ouverts * FAITS_PAR_OUVERT)), *ouvertes(ouverts)]
        semes = semer(plein.services, plein.reglages.base, vies)
        lectures.rattraper("file")
        durees = _interroger(lectures, plein, ampleur.choisir(QUESTIONS, 8))
        relus = _relire(plein)
        debits = _commander(plein, vide, ampleur)
    conditions = f"{semes} faits, {ouverts} dossiers ouverts ; {depart}"
    return [
        Mesure(
            nom=f"million.{sgbd}.commandes",
            valeur=mediane(debits["plein"]),
            unite="commandes/s",
            reference=VIDE,
            valeur_reference=mediane(debits["vide"]),
            conditions=f"{ampleur.choisir(COMMANDES, 4)} commandes par tour, {ampleur.tours} tours ; {conditions}",
        ),
        *(
            Mesure(
                nom=f"million.{sgbd}.file.p{rang}",
                valeur=1000 * centile(durees, rang),
                unite="ms",
                conditions=f"{len(durees)} questions, {requetes.PAGE} lignes et le compte ; {conditions}",
            )
            for rang in (50, 95)
        ),
        *(
            Mesure(nom=f"million.{sgbd}.{nom}", valeur=debit, unite="faits/s", conditions=f"tout relu ; {conditions}")
            for nom, debit in relus.items()
        ),
    ]


def _relire(a: Atelier) -> dict[str, float]:
    """Read everything again: the chain with its journal, then what aggregates say of one another; in facts per second."""
    verification = verification_du_store(a.services)
    invariants = Invariants(a.services, verification.tete.position)
    debits = {}
    for nom, constats, lecture in (
        ("verifier", verification.tout(), verification),
        ("invariants", invariants.constats(), invariants),
    ):
        debut = time.perf_counter()
        trouve = next(iter(constats), None)
        debits[nom] = lecture.lus / (time.perf_counter() - debut)
        assert trouve is None, trouve.phrase
    return debits


def _interroger(lectures: Lectures, a: Atelier, nombre: int) -> list[float]:
    """Ask the queue for pages as people do; return how long each took, in seconds."""
    loin = {"apres": requetes.file(lectures, a.services.maintenant(), limite=500)["suivant"]}
    durees, pages = [], (*PAGES, loin)
    for rang in range(nombre):
        maintenant = a.services.maintenant()
        debut = time.perf_counter()
        lue = requetes.file(lectures, maintenant, **pages[rang % len(pages)])
        durees.append(time.perf_counter() - debut)
        assert lue["total"] > 0
    return durees


def _commander(plein: Atelier, vide: Atelier, ampleur: Ampleur) -> dict[str, list[float]]:
    """Let both stores take turns, one command each; return the commands per second of each round."""
    nombre = ampleur.choisir(COMMANDES, 4)
    cotes = {nom: Dossiers(a.services.store, a.services.maintenant) for nom, a in (("plein", plein), ("vide", vide))}
    debits: dict[str, list[float]] = {nom: [] for nom in cotes}
    for _ in range(ampleur.tours):
        ids = {nom: [cote.semer(20) for _ in range(nombre)] for nom, cote in cotes.items()}
        os.sync()  # what was sown must not be written to the disk during the commands
        for nom, duree in _tour(cotes, ids).items():
            debits[nom].append(nombre / duree)
    return debits


def _tour(cotes: Mapping[str, Dossiers], ids: Mapping[str, Sequence[UUID]]) -> dict[str, float]:
    durees = dict.fromkeys(cotes, 0.0)
    for rang, paire in enumerate(zip(*ids.values(), strict=True)):
        tour = list(zip(cotes, paire, strict=True))
        for nom, flux in tour if rang % 2 else reversed(tour):
            debut = time.perf_counter()
            cotes[nom].recevoir(flux)
            durees[nom] += time.perf_counter() - debut
    return durees

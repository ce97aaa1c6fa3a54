"""A command reads what it needs of the program, and not what it does not."""

import subprocess
import sys
from pathlib import Path

import pytest

from cli.arbre import RACINE as ARBRE
from cli.arbre import Branche
from tests.cli.conftest import Console
from tests.commandes import toutes

RACINE = Path(__file__).resolve().parents[2]
LOURDS = ("temporalio", "fastapi", "uvicorn", "jinja2", "rich", "psycopg", "holidays", "schwifty", "frictionless")
"""What no reading and no geste of a store on SQLite has to load, when no consequence is driven."""
CHARGES = """
import sys
from cli.principal import main
try:
    main()
finally:
    sys.stderr.write("charges:" + ",".join(sorted({nom.partition(".")[0] for nom in sys.modules})))
"""


def charges(*arguments: object) -> tuple[int, set[str]]:
    """Run one command in a process of its own; return its exit code and the packages it loaded."""
    ordre = [sys.executable, "-c", CHARGES, *map(str, arguments)]
    lu = subprocess.run(ordre, cwd=RACINE, capture_output=True, text=True, check=False)
    return lu.returncode, set(lu.stderr.rpartition("charges:")[2].split(","))


def test_une_lecture_ne_charge_ni_le_moteur_ni_le_site(console: Console) -> None:
    ref = console.completer()
    for lecture in (("file",), ("dossier", "voir", ref), ("dossier", "lister"), ("historique", ref), ("attentes", ref)):
        code, lus = charges(*lecture)
        assert (code, lus & set(LOURDS)) == (0, set()), lecture


def test_l_etat_d_une_base_sans_moteur_et_son_heure_ne_chargent_pas_temporal(console: Console) -> None:
    for lecture in (("etat",), ("horloge", "voir")):
        code, lus = charges(*lecture)
        assert (code, lus & set(LOURDS) - {"rich"}) == (0, set()), lecture


def test_un_geste_ne_charge_ni_le_moteur_ni_le_site(console: Console) -> None:
    code, lus = charges("agent", "enregistrer", "paul", "--roles", "auditeur", "--acteur", "admin")
    assert (code, lus & set(LOURDS) - {"rich"}) == (0, set())  # which structlog looks for, when it is there


def test_l_aide_d_un_groupe_ne_lit_que_ce_groupe() -> None:
    code, lus = charges("--aide")
    assert (code, lus & {*LOURDS, "eventsourcing", "sqlalchemy", "aggregates"}) == (0, set())
    code, lus = charges("horloge", "--aide")
    assert (code, lus & {*LOURDS, "eventsourcing", "sqlalchemy", "aggregates"} - {"rich"}) == (0, set())


def test_la_version_se_dit_sans_rien_lire() -> None:
    code, lus = charges("--version")
    assert (code, lus & {*LOURDS, "typer", "pydantic", "application", "kernel"}) == (0, set())


@pytest.mark.parametrize("nom", sorted(ARBRE))
def test_chaque_commande_est_dans_un_panneau_et_se_construit(nom: str) -> None:
    noeud = ARBRE[nom]
    feuilles = list(noeud) if isinstance(noeud, Branche) else [""]
    assert feuilles
    for feuille in feuilles:
        commande = toutes()[f"{nom} {feuille}".strip()]
        assert commande.help
        assert commande.callback is not None

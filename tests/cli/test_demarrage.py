"""A command reads what it needs of the program, and not what it does not."""

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from application.declaration import Geste, RempliPar
from cli import VERSION
from cli.arbre import RACINE as ARBRE
from cli.arbre import Branche
from cli.sortie import REFUSE
from tests.cli.conftest import Console, Reponse
from tests.commandes import options, toutes
from tests.gestes import GESTES

RACINE = Path(__file__).resolve().parents[2]
LOURDS = ("temporalio", "fastapi", "uvicorn", "jinja2", "rich", "psycopg", "holidays", "schwifty", "frictionless")
"""What no reading and no geste of a store on SQLite has to load, when no consequence is driven."""
CHARGES = """
import sys
import tomllib
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


@pytest.mark.parametrize("processus", ["worker", "relais"])
def test_un_processus_du_moteur_ne_charge_pas_le_site(console: Console, processus: str) -> None:
    code, lus = charges(processus)
    assert (code, "temporalio" in lus, lus & {"fastapi", "jinja2"}) == (REFUSE, True, set()), "no engine is known here"


def test_l_aide_d_un_groupe_ne_lit_que_ce_groupe() -> None:
    code, lus = charges("--aide")
    assert (code, lus & {*LOURDS, "eventsourcing", "sqlalchemy", "aggregates"}) == (0, set())
    code, lus = charges("coffre", "--aide")
    assert (code, lus & {*LOURDS, "eventsourcing", "sqlalchemy", "aggregates"} - {"rich"}) == (0, set())


def test_la_version_se_dit_sans_rien_lire() -> None:
    projet = tomllib.loads((RACINE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert projet["version"] == VERSION
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


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_le_script_d_un_terminal_nomme_chaque_commande_et_chaque_option(
    shell: str, lancer: Callable[[list[str]], Reponse]
) -> None:
    script = lancer(["completion", shell]).sortie
    for nom, commande in toutes().items():
        assert nom.split()[-1] in script
        assert all(option.removeprefix("--") in script for option in options(commande) if option.startswith("--"))
    refuse = lancer(["completion", "csh"])
    assert (refuse.code, refuse.sortie) == (3, "")


@pytest.mark.parametrize(
    ("mots", "attendus"),
    [
        (["dos"], {"dossier"}),
        (["dossier", "vi"], {"viser"}),
        (["dossier", "viser", "--ac"], {"--acteur"}),
        (["file", "--l"], {"--limite"}),
        (["dossier", "deposer", ""], set[str]()),  # then the shell proposes files
    ],
)
def test_bash_complete_sans_lancer_le_programme(
    mots: list[str], attendus: set[str], lancer: Callable[[list[str]], Reponse]
) -> None:
    script = lancer(["completion", "bash"]).sortie
    appel = f"COMP_WORDS=(diligence {shlex.join(mots)}); COMP_CWORD={len(mots)}; _diligence; echo ${{COMPREPLY[@]}}"
    bash = shutil.which("bash") or "bash"
    lu = subprocess.run(
        [bash, "-c", f"{script}\n{appel}"],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": "/nulle-part"},
    )
    assert set(lu.stdout.split()) == attendus


@pytest.mark.parametrize("geste", GESTES, ids=lambda geste: f"{geste.agregat} {geste.nom}")
def test_l_aide_d_un_geste_a_un_exemple_et_la_forme_de_ses_fichiers(geste: Geste) -> None:
    commande = toutes()[f"{geste.agregat} {geste.nom}"]
    exemple = next(li.strip() for li in commande.epilog.splitlines() if li.strip().startswith("diligence "))
    mots = shlex.split(exemple)
    assert mots[:3] == ["diligence", geste.agregat, geste.nom]
    assert {mot for mot in mots if mot.startswith("--")} <= options(commande)
    obligatoires = {p.opts[0] for p in commande.params if p.required and p.param_type_name == "option"}
    assert obligatoires <= set(mots)
    modeles = re.findall(r"examples/[\w./-]+", commande.epilog)
    assert [modele for modele in modeles if not (RACINE / modele).is_file()] == []
    decrite = geste.document is not None or any(
        isinstance(m, RempliPar) for champ in geste.commande.model_fields.values() for m in champ.metadata
    )
    rempli_par_un_texte = f"{geste.agregat} {geste.nom}" == "subvention fixer-echeancier"
    assert bool(modeles) is decrite or rempli_par_un_texte

"""The guides of a role quote the site, and show its screens; those of the command line are run, in order, on one fresh store.

In a block of commands, `# refusé : code` and `# sortie : n` say what a command must answer; `NOM=NUMBER` copies a number of
that shape from what was just printed, as its reader does.
"""

import json
import os
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from string import Template

import pytest

from application.gestes.recueil import tous
from kernel.refus import Empechement, Refus
from tests.acceptance.compose import RACINE
from tests.cli.conftest import Reponse
from tests.commandes import toutes

DOCS = RACINE / "docs" / "guide"
PAR_ROLE = ("administrateur", "instructeur", "assemblees", "finance", "auditeur")
RECIT = tuple(f"{role}-commandes" for role in PAR_ROLE)
"""In the order in which they follow one another."""
ECRANS_MAX = 1_500_000
"""Bytes of all the screens."""
LIGNES_PAR_GUIDE = 120
SUITE = re.compile(r"# (refusé|sortie) : (\S+)$")
NUMERO = re.compile(r"([A-Z]+)=([A-Z]+-[0-9]{4}-)[0-9A-Z]{5}")
EXPORT = re.compile(r"export (DILIGENCE_[A-Z]+)=(\S+)")


def lire(guide: str) -> str:
    return (DOCS / f"{guide}.md").read_text(encoding="utf-8")


def blocs(guide: str, langue: str) -> list[str]:
    return re.findall(rf"^```{langue}\n(.*?)^```$", lire(guide), re.MULTILINE | re.DOTALL)


def commandes(guide: str) -> list[str]:
    return [ligne for bloc in blocs(guide, "sh") for ligne in bloc.splitlines() if ligne]


def mots_du_site() -> str:
    """Return all that the site may say: its pages, the titles of its gestes, and what their one click says."""
    fichiers = [
        *(RACINE / "web").rglob("*.html"),
        *(RACINE / "web").rglob("*.py"),
        *(RACINE / "application").glob("*.py"),
    ]
    boutons = [mots for geste in tous() for mots in (geste.titre, geste.d_un_clic)]
    return "\n".join([*(f.read_text("utf-8") for f in fichiers), *boutons]).replace("&nbsp;", " ")


def refus_montres(guide: str) -> set[str]:
    suites = [SUITE.search(ligne) for ligne in commandes(guide)]
    return {suite[2] for suite in suites if suite and suite[1] == "refusé"}


def refus_expliques(guide: str) -> set[str]:
    _, _, table = lire(guide).partition("\n## Quand c’est refusé\n")
    lignes = re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
    return {code for ligne in lignes for code in re.findall(r"`(\w+)`", ligne)}


def codes_connus(classe: type[Refus | Empechement]) -> Iterator[str]:
    yield classe.code
    for sous_classe in classe.__subclasses__():
        yield from codes_connus(sous_classe)


class Lecteur:
    """Someone who types what the guides say."""

    def __init__(self, lancer: Callable[[list[str]], Reponse], monkeypatch: pytest.MonkeyPatch) -> None:
        self.executer = lancer
        self.exporter = monkeypatch.setenv
        self.noms: dict[str, str] = {}
        self.lu = ""

    def suivre(self, ligne: str) -> None:
        """Do what one line of a guide says."""
        if export := EXPORT.fullmatch(ligne):
            self.exporter(export[1], export[2])
        elif numero := NUMERO.fullmatch(ligne):
            lus = re.findall(rf"\b{numero[2]}[0-9A-Z]{{5}}\b", self.lu)
            assert lus, (ligne, self.lu)
            self.noms[numero[1]] = lus[0]
        else:
            self.lancer(ligne)

    def lancer(self, ligne: str) -> None:
        """Run one command: it is done, unless the line says what it answers."""
        programme, *arguments = shlex.split(Template(ligne).substitute(self.noms), comments=True)
        assert programme == "diligence", ligne
        reponse = self.executer(arguments)
        suite = SUITE.search(ligne)
        refuse = suite is not None and suite[1] == "refusé"
        attendu = 0 if suite is None else 3 if refuse else int(suite[2])
        assert reponse.code == attendu, (ligne, reponse)
        if suite is not None and refuse:
            assert f"refusé [{suite[2]}]" in reponse.erreurs, (ligne, reponse)
        self.lu = reponse.sortie


@pytest.fixture
def lecteur(lancer: Callable[[list[str]], Reponse], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lecteur:
    """Someone in a folder that holds nothing but the examples, with no setting of their own."""
    (tmp_path / "examples").symlink_to(RACINE / "examples")
    monkeypatch.chdir(tmp_path)
    for variable in [nom for nom in os.environ if nom.startswith("DILIGENCE_")]:
        monkeypatch.delenv(variable)
    return Lecteur(lancer, monkeypatch)


def test_les_guides_se_jouent_a_la_suite_sur_une_base_neuve(lecteur: Lecteur) -> None:
    for guide in RECIT:
        for ligne in commandes(guide):
            lecteur.suivre(ligne)
    voir = json.loads(lecteur.executer(["subvention", "voir", lecteur.noms["PREMIER"], "--json"]).sortie)
    assert voir["montants"]["paye_centimes"] == voir["montants"]["vote_centimes"] == 1_016_000


def test_ce_que_le_readme_fait_a_la_main_se_joue(lecteur: Lecteur) -> None:
    readme = (RACINE / "README.md").read_text(encoding="utf-8")
    _, _, a_la_main = readme.partition("\n## By hand\n")
    bloc = a_la_main.partition("```sh\n")[2].partition("```")[0]
    lignes = [ligne for ligne in bloc.splitlines() if ligne.startswith("diligence ")]
    for ligne in lignes:
        lecteur.suivre(ligne)
    assert len(lignes) > 5
    assert lecteur.lu.startswith("Dernier jour : 28/02/2026")


@pytest.mark.parametrize("guide", RECIT)
def test_un_guide_explique_les_refus_qu_il_montre_et_n_en_invente_aucun(guide: str) -> None:
    assert toutes()  # the doors know every refusal there is
    expliques = refus_expliques(guide)
    assert expliques >= refus_montres(guide)
    assert expliques <= {*codes_connus(Refus), *codes_connus(Empechement)}


@pytest.mark.parametrize("guide", PAR_ROLE)
def test_le_guide_d_un_role_commence_par_ce_qu_il_voit_et_ne_cite_que_les_mots_du_site(guide: str) -> None:
    titres = re.findall("^## (.*)$", lire(guide), re.MULTILINE)
    assert titres[0] == "Ce que vous voyez en vous connectant"
    assert titres[-2:] == ["Quand c’est refusé", "La même chose en ligne de commande"]
    cites, dits = re.findall("« ([^»]+) »", lire(guide).replace("\n", " ")), mots_du_site()
    assert [mots for mots in cites if mots not in dits] == []
    assert len(lire(guide).splitlines()) < LIGNES_PAR_GUIDE


def test_les_guides_montrent_chaque_ecran_et_il_n_y_en_a_pas_d_autre() -> None:
    ecrans = {f"ecrans/{fichier.name}": fichier.stat().st_size for fichier in (DOCS / "ecrans").iterdir()}
    montres = {
        ecran for guide in (*PAR_ROLE, "site") for ecran in re.findall(r"^!\[.+\]\((.+)\)$", lire(guide), re.MULTILINE)
    }
    assert montres == ecrans.keys()
    assert sum(ecrans.values()) < ECRANS_MAX


@pytest.mark.parametrize("guide", RECIT)
def test_un_guide_est_court_et_montre_les_fichiers_livres(guide: str) -> None:
    livres = {f.read_text(encoding="utf-8") for f in (RACINE / "examples" / "nqe" / "seance").iterdir()}
    assert set(blocs(guide, "(?:yaml|csv)")) <= livres
    assert len(lire(guide).splitlines()) < LIGNES_PAR_GUIDE

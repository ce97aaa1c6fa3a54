"""The git hook: what is staged is judged, not what lies beside it; it is installed once, and spares another's."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

RACINE = Path(__file__).resolve().parent.parent
PROPRE, SALE = '"""A file."""\n', "import os\nx = {  1:2 }\n"


@pytest.fixture
def depot(tmp_path: Path) -> Path:
    """A repository of its own, with the hook, the linter, and types that are always right."""
    shutil.copytree(RACINE / ".ci", tmp_path / ".ci")
    shutil.copy(RACINE / "pyproject.toml", tmp_path)
    outils = tmp_path / ".venv" / "bin"
    outils.mkdir(parents=True)
    (outils / "ruff").symlink_to(Path(sys.executable).parent / "ruff")
    (outils / "mypy").write_text("#!/bin/sh\necho types >>.venv/passages\n", encoding="ascii")
    (outils / "mypy").chmod(0o755)
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    git(tmp_path, "config", "user.name", "essai")
    git(tmp_path, "config", "user.email", "essai@exemple.invalid")
    subprocess.run([".ci/crochet", "installer"], cwd=tmp_path, env=environnement(), check=True, capture_output=True)
    return tmp_path


def environnement() -> dict[str, str]:
    """What a hook that runs these tests says of its own repository is not for this one."""
    return {nom: valeur for nom, valeur in os.environ.items() if not nom.startswith("GIT_")}


def git(depot: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", *arguments], cwd=depot, env=environnement(), capture_output=True, text=True, check=False
    )


def commettre(depot: Path, contenu: str) -> subprocess.CompletedProcess[str]:
    (depot / "piece.py").write_text(contenu, encoding="utf-8")
    git(depot, "add", "piece.py")
    return git(depot, "commit", "--message", "essai")


def test_un_commit_mal_mis_en_forme_est_refuse_et_dit_pourquoi(depot: Path) -> None:
    refuse = commettre(depot, SALE)
    assert refuse.returncode != 0
    assert "piece.py: ruff format" in refuse.stdout + refuse.stderr
    assert "F401" in refuse.stdout + refuse.stderr
    assert not (depot / ".venv" / "passages").exists(), "types are for what reads well"
    assert commettre(depot, PROPRE).returncode == 0
    assert (depot / ".venv" / "passages").read_text(encoding="ascii") == "types\n"


def test_ce_qui_n_est_pas_commis_n_est_pas_juge(depot: Path) -> None:
    (depot / "piece.py").write_text(PROPRE, encoding="utf-8")
    git(depot, "add", "piece.py")
    (depot / "piece.py").write_text(SALE, encoding="utf-8")
    (depot / "autre.py").write_text(SALE, encoding="utf-8")
    assert git(depot, "commit", "--message", "essai").returncode == 0
    (depot / "lisezmoi.md").write_text("sans code\n", encoding="utf-8")
    git(depot, "add", "lisezmoi.md")
    (depot / ".venv" / "passages").unlink()
    assert git(depot, "commit", "--message", "sans code").returncode == 0
    assert not (depot / ".venv" / "passages").exists()


def test_il_sert_aussi_depuis_un_autre_arbre_de_travail(depot: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert commettre(depot, PROPRE).returncode == 0
    arbre = tmp_path_factory.mktemp("arbre") / "ici"
    git(depot, "worktree", "add", "--quiet", str(arbre))
    assert commettre(arbre, SALE).returncode == 0, "a branch without the hook has none"
    shutil.copytree(depot / ".ci", arbre / ".ci")
    sans = commettre(arbre, SALE + "\n")
    assert (sans.returncode != 0, "make setup" in sans.stderr) == (True, True)
    (arbre / ".venv").symlink_to(depot / ".venv")
    assert "ruff format" in commettre(arbre, SALE * 2).stderr


def test_un_autre_crochet_reste(depot: Path) -> None:
    crochet = depot / ".git" / "hooks" / "pre-commit"
    encore = subprocess.run([".ci/crochet", "installer"], cwd=depot, env=environnement(), check=False)
    assert encore.returncode == 0
    crochet.write_text("#!/bin/sh\n", encoding="ascii")
    refus = subprocess.run(
        [".ci/crochet", "installer"], cwd=depot, env=environnement(), check=False, capture_output=True
    )
    assert (refus.returncode, crochet.read_text(encoding="ascii")) == (1, "#!/bin/sh\n")

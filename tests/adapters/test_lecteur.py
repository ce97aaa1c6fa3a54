"""A workbook made to exhaust or stop its reader is refused; the child that reads it leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.tableurs.ouvrir import ouvrir
from adapters.tableurs.refus import FichierIllisible, FichierTropGrand
from kernel.refus import Refus
from tests.adapters.classeurs import Brut, ecrire_ods, ecrire_xlsx

ERREUR = '<table:table-cell office:value-type="string" calcext:value-type="error" {}><text:p>#N/A</text:p></table:table-cell>'


def xlsx(ou: str) -> Callable[[Path], Path]:
    """One cell at A1, another very far from it."""

    def ecrire(chemin: Path) -> Path:
        loin = Brut(f'<c r="{ou}"><v>1</v></c>')
        ecrire_xlsx(chemin, {"f": [["a"], [loin]]})
        ligne = "".join(c for c in ou if c.isdigit())
        _remplacer(chemin, b'<row r="2">', f'<row r="{ligne}">'.encode())
        return chemin

    return ecrire


def ods(attribut: str, rangee: str = "") -> Callable[[Path], Path]:
    """A cell in error, repeated."""

    def ecrire(chemin: Path) -> Path:
        ecrire_ods(chemin, {"f": [["a"], [Brut(ERREUR.format(attribut))]]})
        if rangee:
            _remplacer(
                chemin,
                b'<table:table-row><table:table-cell office:value-type="string" calcext',
                (f'<table:table-row {rangee}><table:table-cell office:value-type="string" calcext'.encode()),
            )
        return chemin

    return ecrire


def _remplacer(chemin: Path, avant: bytes, apres: bytes) -> None:
    with zipfile.ZipFile(chemin) as archive:
        membres = {nom: archive.read(nom) for nom in archive.namelist()}
    assert any(avant in contenu for contenu in membres.values())
    with zipfile.ZipFile(chemin, "w") as archive:
        for nom, contenu in membres.items():
            archive.writestr(nom, contenu.replace(avant, apres))


@pytest.mark.parametrize(
    ("ecrire", "refus"),
    [
        (xlsx("XFD5000"), FichierTropGrand),
        (xlsx("XFD1048576"), FichierTropGrand),
        (xlsx("ZZZZZZ4294967295"), FichierIllisible),
        (ods("", 'table:number-rows-repeated="100000000"'), FichierTropGrand),
        (ods('table:number-columns-repeated="1000000000"'), FichierTropGrand),
    ],
    ids=["XFD5000", "XFD1048576", "ZZZZZZ4294967295", "rows-repeated", "columns-repeated"],
)
def test_un_classeur_fait_pour_epuiser_la_memoire_est_refuse(
    tmp_path: Path, ecrire: Callable[[Path], Path], refus: type[Refus]
) -> None:
    chemin = ecrire(tmp_path / "f.xlsx")
    assert chemin.stat().st_size < 3_000
    with pytest.raises(refus, match="enregistrez la feuille en CSV"), ouvrir(chemin) as tableau:
        list(tableau.enregistrements)
    assert _enfants() == []


@pytest.mark.parametrize("fin", [signal.SIGKILL, signal.SIGABRT, signal.SIGSEGV, signal.SIGXCPU, signal.SIGTERM])
def test_la_mort_du_lecteur_est_un_refus_meme_apres_des_lignes(tmp_path: Path, fin: signal.Signals) -> None:
    chemin = ecrire_xlsx(tmp_path / "f.xlsx", {"f": [["a", "b"], *([n, n] for n in range(20_000))]})
    with ouvrir(chemin) as tableau:
        next(tableau.enregistrements)
        (enfant,) = _enfants()
        os.kill(enfant, fin)
        with pytest.raises((FichierTropGrand, FichierIllisible)) as refus:
            list(tableau.enregistrements)
    assert refus.value.champs == {"sortie": -fin}
    assert _enfants() == []


def test_qui_ne_lit_pas_tout_ne_laisse_pas_de_lecteur(tmp_path: Path) -> None:
    chemin = ecrire_xlsx(tmp_path / "f.xlsx", {"f": [["a"], *([n] for n in range(20_000))]})
    with ouvrir(chemin) as tableau:
        next(tableau.enregistrements)
    assert _enfants() == []


def test_le_lecteur_part_avec_son_parent(tmp_path: Path) -> None:
    """The parent is killed, it can do nothing more: the system ends the child."""
    chemin = ecrire_xlsx(tmp_path / "f.xlsx", {"f": [["a"], *([n] for n in range(20_000))]})
    programme = (
        "import sys, time, pathlib\n"
        "from adapters.tableurs.ouvrir import ouvrir\n"
        "with ouvrir(pathlib.Path(sys.argv[1])) as tableau:\n"
        "    next(tableau.enregistrements)\n"
        "    print('lu', flush=True)\n"
        "    time.sleep(600)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", programme, str(chemin)], stdout=subprocess.PIPE)
    try:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"lu\n"
        (enfant,) = _enfants(parent.pid)
    finally:
        parent.kill()
        parent.communicate()
    fin = time.monotonic() + 30
    while Path(f"/proc/{enfant}").exists() and not _est_mort(enfant):
        assert time.monotonic() < fin
        time.sleep(0.02)


def test_le_calcul_est_borne(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bounds are those of the child: it is started with smaller ones to see them hold."""
    chemin = ecrire_xlsx(tmp_path / "f.xlsx", {"f": [["a"], [1]]})
    programme = (
        "import sys; from adapters.tableurs import classeur, lecteur; lecteur.CALCUL_MAX_S = 1;"
        "classeur.lire_classeur = lambda *_: any(iter(int, 1));"
        "lecteur.principal(int(sys.argv[1]), sys.argv[2], 1)"
    )
    vrai = subprocess.Popen
    monkeypatch.setattr(
        "adapters.tableurs.lecteur.subprocess.Popen",
        lambda ordre, **options: vrai([*ordre[:2], "-c", programme, *ordre[4:]], **options),
    )
    with pytest.raises(FichierTropGrand, match="deux minutes"), ouvrir(chemin) as tableau:
        list(tableau.enregistrements)


def _enfants(parent: int | None = None) -> list[int]:
    """Return the readers that a process started and that are alive."""
    pid = os.getpid() if parent is None else parent
    taches = Path(f"/proc/{pid}/task").iterdir()
    enfants = [e for tache in taches for e in (tache / "children").read_text().split()]
    return [int(e) for e in enfants if b"lecteur" in Path(f"/proc/{e}/cmdline").read_bytes()]


def _est_mort(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in {"Z", "X"}
    except FileNotFoundError:
        return True

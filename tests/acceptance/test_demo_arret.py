"""The demo asked to stop, at any moment: it ends within three seconds, says so, and leaves nothing behind."""

import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.compose import RACINE, environnement
from tests.acceptance.extrait import EXEMPLES
from tests.acceptance.servie import demo
from tests.epreuves import lenteur

pytestmark = [pytest.mark.temporal]
PROMIS_S = 3.0
ORPHELIN_S = 5.0
"""A Temporal server that was just being started when its parent left goes within that."""
MOMENT_S = 240.0
"""How long a moment of the play is waited for, on however slow a machine."""


def lire(dossier: Path, requete: str) -> Any:
    """Ask the store that is played; None while it does not answer."""
    bases = list(dossier.glob("diligence-demo-*/demo.db"))
    with suppress(sqlite3.Error):
        if bases:
            with closing(sqlite3.connect(f"file:{bases[0]}?mode=ro", uri=True)) as connexion:
                return connexion.execute(requete).fetchone()[0]
    return None


REPRISE = "la reprise est en cours"
"""The one moment that counts rows: it is met on all of them."""
MOMENTS: dict[str, Callable[[Path], object]] = {
    "le dossier est à peine fait": lambda dossier: list(dossier.glob("diligence-demo-*")),
    REPRISE: lambda dossier: (lire(dossier, "SELECT max(rowid) FROM stored_events") or 0) > 100,
    "l’horloge avance": lambda dossier: (
        (lire(dossier, "SELECT valeur FROM parametres WHERE cle='horloge'") or "") > "2026-01-20"
    ),
    "le site est servi": lambda dossier: "Site :" in (dossier / "sortie").read_text(encoding="utf-8"),
}


def jouer_jusqu_a(moment: str, dossier: Path, exemples: Path) -> subprocess.Popen[bytes]:
    with (dossier / "sortie").open("wb") as sortie, (dossier / "erreurs").open("wb") as erreurs:
        jouee = subprocess.Popen(
            [*demo(exemples), "--port", "0", "--jusqu-au", "2026-01-05" if "servi" in moment else "fin"],
            stdout=sortie,
            stderr=erreurs,
            env=environnement() | {"TMPDIR": str(dossier)},
            cwd=RACINE,
            start_new_session=True,
        )
    fin = time.monotonic() + MOMENT_S
    while not MOMENTS[moment](dossier):
        assert jouee.poll() is None, (dossier / "erreurs").read_text(encoding="utf-8")
        assert time.monotonic() < fin, f"never: {moment}"
        time.sleep(0.02)
    return jouee


@pytest.mark.parametrize(
    ("moment", "numero"),
    [
        ("le dossier est à peine fait", signal.SIGINT),
        ("le dossier est à peine fait", signal.SIGTERM),
        (REPRISE, signal.SIGINT),
        ("l’horloge avance", signal.SIGINT),
        ("le site est servi", signal.SIGINT),
        ("le site est servi", signal.SIGTERM),
    ],
)
def test_arretee_elle_finit_le_dit_et_ne_laisse_rien(
    moment: str, numero: signal.Signals, tmp_path: Path, exemples: Path
) -> None:
    jouee = jouer_jusqu_a(moment, tmp_path, EXEMPLES if moment == REPRISE else exemples)
    try:
        debut = time.monotonic()
        jouee.send_signal(numero)
        code = jouee.wait(MOMENT_S)
        duree = time.monotonic() - debut
    finally:
        with suppress(ProcessLookupError):
            os.killpg(jouee.pid, signal.SIGKILL)
        jouee.wait()
    sortie, erreurs = ((tmp_path / nom).read_text(encoding="utf-8") for nom in ("sortie", "erreurs"))
    assert duree < PROMIS_S or duree < PROMIS_S * lenteur(), (moment, duree)
    if moment == "le site est servi":
        assert (code, erreurs) == (0, "")
        assert sortie.endswith("Démonstration finie : rien n’en est gardé.\n")
    else:
        assert code == 128 + numero
        assert erreurs == "erreur [interrompue] La démonstration est interrompue : rien n’en est gardé.\n"
        assert "Site :" not in sortie
    assert {chemin.name for chemin in tmp_path.iterdir()} == {"sortie", "erreurs"}
    fin = time.monotonic() + ORPHELIN_S * lenteur()
    while restes := [p for p in Path("/proc").glob("[0-9]*") if str(tmp_path).encode() in _commande(p)]:
        assert time.monotonic() < fin, [_commande(p) for p in restes]
        time.sleep(0.05)


def _commande(processus: Path) -> bytes:
    with suppress(OSError):
        return (processus / "cmdline").read_bytes() + (processus / "environ").read_bytes()
    return b""

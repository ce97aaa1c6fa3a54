"""The commands of docker-compose.yml as separate processes, on a real PostgreSQL and a real Temporal server."""

import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from temporalio.client import Client

from adapters.horloge import HorlogeReelle
from adapters.temporal import SuivisTemporal, declarer_attributs
from kernel.instants import jour_de
from tests.acceptance.compose import DILIGENCE, SANTE, Guichet, Processus, demarrer, environnement, guichet, services
from tests.parcours import Parcours

pytestmark = [pytest.mark.temporal, pytest.mark.postgres, pytest.mark.timeout(180)]
ARRET_S = 30.0


@pytest.fixture
def env(postgres_url: str, temporal_client: Client, tmp_path: Path) -> dict[str, str]:
    """What the compose file gives its processes, secrets in files included."""
    base, cle = tmp_path / "base", tmp_path / "cle"
    base.write_text(postgres_url + "\n", encoding="utf-8")
    cle.write_text("42" * 32 + "\n", encoding="ascii")
    return environnement(
        BASE_FICHIER=base,
        CLE_MAITRESSE=cle,
        FICHIERS=tmp_path / "fichiers",
        TEMPORAL=temporal_client.service_client.config.target_host,
        TEMPORAL_NAMESPACE=temporal_client.namespace,
    )


def en_tete(console: Guichet) -> dict[str, Any]:
    """Return what `etat` says once relay and projections are at the head of the store; its exit code must be 0."""
    fin = time.monotonic() + 20
    while True:
        document: dict[str, Any] = console.faire("etat")
        positions = document["positions"]
        tous = {positions["store"], *positions["relais"].values(), *positions["projections"].values()}
        if len(tous) == 1:
            return document
        assert time.monotonic() < fin, positions
        time.sleep(0.2)


async def test_le_parcours_entier_par_des_processus_separes(
    env: dict[str, str], temporal_client: Client, tmp_path: Path
) -> None:
    await declarer_attributs(temporal_client)
    migre = subprocess.run(
        [DILIGENCE, *services()["migrer"]["command"]],
        env=env,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert migre.returncode == 0, migre.stderr
    with ExitStack() as pile:
        noms = [("web", 1), ("worker", 1), ("worker", 2), ("relais", 1), ("projecteur", 1)]
        tous = {f"{n}-{r}": pile.enter_context(demarrer(n, env, tmp_path, r)) for n, r in noms}
        console = pile.enter_context(guichet(env, tmp_path))
        for processus in tous.values():
            assert processus.attendre_sain()["sain"], processus.nom
        verifier_la_sante(tous)
        jouer(console, tous, tmp_path)
        document = en_tete(console)
        assert document["automatismes"]["par"]["workflow"] >= 10, document
        assert (document["automatismes"]["par"]["cli"], document["automatismes"]["par"]["filet"]) == (0, 0), document
        assert document["derive"] == document["parques"] == document["sans_attente"] == []
        suivis = SuivisTemporal(temporal_client)
        assert [w async for w in suivis.en_cours(["SuiviDossier", "SuiviSubvention", "SuiviBordereau"])] == []
        arreter(tous)


def verifier_la_sante(tous: dict[str, Processus]) -> None:
    """The probe of the containers agrees, and the two workers are told apart by the server."""
    sonde = subprocess.run(
        [sys.executable, SANTE, str(tous["relais-1"].sante)], capture_output=True, text=True, check=False
    )
    assert (sonde.returncode, '"bail": true' in sonde.stdout) == (0, True), sonde.stdout
    assert subprocess.run([sys.executable, SANTE, "1"], capture_output=True, check=False).returncode == 1
    vus = [tous[nom].etat_de_sante()[1] for nom in ("worker-1", "worker-2")]
    assert len({vu["identite"] for vu in vus}) == 2
    assert all(len(vu["files"]) == 4 and all(f["connu"] for f in vu["files"].values()) for vu in vus)


def jouer(console: Guichet, tous: dict[str, Processus], dossier: Path) -> None:
    """A dossier from dépôt to clôture; on the way one worker is asked to leave, and the other does its work."""
    debut = time.monotonic()
    parcours = Parcours(console.faire, jour_de(HorlogeReelle().maintenant()).isoformat(), dossier=dossier)
    parcours.installer()
    parcours.deposer()
    parcours.instruire()
    parcours.voter()
    code, duree = tous.pop("worker-2").finir()
    assert (code, duree < ARRET_S) == (0, True), (code, duree)
    sys.stdout.write(f"\nworker-2 : arrêté en {duree:.1f} s, au travail\n")
    parcours.executer()
    parcours.payer()
    with urlopen(f"http://127.0.0.1:{tous['web-1'].port}/dossiers/{parcours.ref}", timeout=10) as page:
        assert parcours.ref in page.read().decode()
    assert "ATTENTION" in tous["web-1"].journal.read_text(), "no login yet, and it says so"
    with pytest.raises(HTTPError, match="400"):
        urlopen(Request(f"http://127.0.0.1:{tous['web-1'].port}/", headers={"Host": "ailleurs.invalid"}), timeout=10)
    fin = time.monotonic() + 20
    while (vu := parcours.voir())["etat"] != "clos":
        assert time.monotonic() < fin, vu
        time.sleep(0.1)
    assert vu["montants"]["paye_centimes"] == vu["montants"]["vote_centimes"] > 0
    sys.stdout.write(f"\n{console.nombre} commandes, {time.monotonic() - debut:.1f} s\n")


def arreter(tous: dict[str, Processus]) -> None:
    """All are asked at once; each leaves by itself, in time, and leaves nobody behind."""
    debut = time.monotonic()
    for processus in tous.values():
        processus.popen.terminate()
    for processus in tous.values():
        code = processus.popen.wait(max(1.0, ARRET_S - (time.monotonic() - debut)))
        duree = time.monotonic() - debut
        sys.stdout.write(f"{processus.nom} : arrêté en moins de {duree:.1f} s\n")
        assert code == 0, (processus.nom, code, processus.journal.read_text())
        assert not processus.laisse_quelqu_un, processus.nom

"""The command line as a script calls it: `main()` with its arguments, its exit code and its two outputs."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import structlog

from cli.principal import main
from tests.application.bureau import Compte, compter
from tests.modeles import copier
from tests.moteur import EXEMPLES, sans_verification


@dataclass(frozen=True)
class Reponse:
    """What a command answered."""

    code: int
    sortie: str
    erreurs: str

    @property
    def document(self) -> Any:
        """Return the one JSON document of stdout."""
        return json.loads(self.sortie)

    @property
    def refus(self) -> dict[str, Any]:
        refus: dict[str, Any] = self.document["refus"]
        return refus


@dataclass
class Console:
    """Runs commands on one store; refusals are checked to write nothing."""

    dossier: Path
    base: str
    lancer: Callable[[list[str]], Reponse]
    refs: list[str] = field(default_factory=list)

    def __call__(self, *arguments: object, acteur: str | None = "ines") -> Reponse:
        """Run one command with --json, on behalf of an agent."""
        options = ["--json", *(["--acteur", acteur] if acteur else [])]
        return self.lancer([*map(str, arguments), *options])

    def lire(self, *arguments: object) -> Any:
        """Run one reading and return its document."""
        reponse = self.lancer([*map(str, arguments), "--json"])
        assert reponse.code == 0, reponse
        return reponse.document

    def fait(self, *arguments: object, acteur: str | None = "ines") -> dict[str, Any]:
        """Run one act that must be done, and return its receipt."""
        reponse = self(*arguments, acteur=acteur)
        assert reponse.code == 0, reponse
        recu: dict[str, Any] = reponse.document
        return recu

    def verifie_refus(self, code: str, *arguments: object, acteur: str | None = "ines") -> dict[str, Any]:
        """Run one act that must be refused with that code, and write nothing."""
        avant = self.compte
        reponse = self(*arguments, acteur=acteur)
        assert reponse.code == 3, reponse
        refus = reponse.refus
        assert refus["code"] == code, refus
        assert refus["message"].endswith((".", "?", ")"))
        assert f"refusé [{code}] {refus['message']}" in reponse.erreurs
        assert self.compte == replace(avant, refus=self.compte.refus), "no fact, no receipt, no text, no file"
        champs: dict[str, Any] = refus["champs"]
        return champs

    @property
    def compte(self) -> Compte:
        return compter(self.base, self.dossier / "essai.db.fichiers")

    def ecrire(self, nom: str, contenu: str) -> Path:
        chemin = self.dossier / nom
        chemin.parent.mkdir(exist_ok=True)
        chemin.write_text(contenu, encoding="utf-8")
        return chemin

    def deposer(self, **champs: object) -> str:
        """File the example request with these changes and return its number."""
        document = json.loads((EXEMPLES / "depots" / "01.json").read_text(encoding="utf-8")) | {"pieces": []} | champs
        chemin = self.ecrire("depots/depot.json", json.dumps(document))
        ref: str = self.fait("dossier", "deposer", chemin, "--le", "2026-01-12")["ref"]
        return ref

    def completer(self) -> str:
        """Bring a new dossier to its complétude and return its number."""
        codes = ("statuts", "budget", "rib", "attestation_cer")
        for code in codes:
            self.ecrire(f"depots/{code}.txt", f"EXEMPLE FICTIF : {code}")
        ref = self.deposer(pieces=[{"code": code, "fichier": f"{code}.txt"} for code in codes])
        self.fait("dossier", "declarer-complet", ref, "--le", "2026-01-20")
        return ref


@pytest.fixture
def lancer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[[list[str]], Reponse]]:
    """Run `diligence` in this process, exactly as its console script does."""

    def lancer(arguments: list[str]) -> Reponse:
        monkeypatch.setattr(sys, "argv", ["diligence", *arguments])
        capsys.readouterr()
        code: object = 0
        try:
            main()
        except SystemExit as sortie:
            code = sortie.code or 0
        lu = capsys.readouterr()
        assert isinstance(code, int)
        return Reponse(code, lu.out, lu.err)

    configuration = structlog.get_config()
    yield lancer
    structlog.configure(**configuration)  # `main` sends the logs to the stderr of one test


@pytest.fixture
def vide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lancer: Callable[[list[str]], Reponse]) -> Console:
    """An empty rehearsal store whose clock stands on 2 February 2026."""
    return _ouvrir(tmp_path, monkeypatch, lancer, _preparer)


@pytest.fixture
def console(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lancer: Callable[[list[str]], Reponse]) -> Console:
    """A store with agents and the example campagne."""
    return _ouvrir(tmp_path, monkeypatch, lancer, _peupler)


def _preparer(console: Console) -> None:
    assert console.lancer(["migrer", "--repetition", "--debut", "2026-02-02T09:00:00Z"]).code == 0


def _peupler(console: Console) -> None:
    _preparer(console)
    console.fait("agent", "enregistrer", "admin", "--roles", "administrateur", acteur=None)
    for agent, roles in {"ines": "instructeur", "rene": "responsable", "fanny": "finance"}.items():
        console.fait("agent", "enregistrer", agent, "--roles", roles, "--le", "2026-01-02", acteur="admin")
    sans_criteres, _, _ = (EXEMPLES / "campagne.yaml").read_text(encoding="utf-8").partition("  criteres:")
    campagne = console.ecrire("campagne.yaml", sans_verification(sans_criteres))
    console.fait("campagne", "ouvrir", campagne, "--le", "2026-01-05", acteur="admin")


def _ouvrir(
    dossier: Path,
    monkeypatch: pytest.MonkeyPatch,
    lancer: Callable[[list[str]], Reponse],
    installer: Callable[[Console], None],
) -> Console:
    """Copy into a folder what these commands leave; they are run for the first test that asks."""
    for variable in ("ACTEUR", "FICHIERS", "CLE_MAITRESSE"):
        monkeypatch.delenv(f"DILIGENCE_{variable}", raising=False)
    monkeypatch.setenv("COLUMNS", "300")

    def sur(ici: Path) -> Console:
        base = f"sqlite:///{ici / 'essai.db'}"
        monkeypatch.setenv("DILIGENCE_BASE", base)
        return Console(ici, base, lancer)

    copier(dossier, installer, lambda ici: installer(sur(ici)))
    return sur(dossier)

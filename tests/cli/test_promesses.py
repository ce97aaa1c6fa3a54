"""What README and the manual say is not done is not done: each sentence has its proof, and none is without."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from kernel.faits import FAITS
from tests.cli.conftest import Console
from tests.gestes import GESTES

RACINE = Path(__file__).resolve().parents[2]


def phrases(document: str, titre: str) -> list[str]:
    """Return the sentences of a section, one promise each: what a semicolon separates is two."""
    texte = (RACINE / document).read_text(encoding="utf-8")
    section = re.split(r"^## ", texte.partition(f"## {titre}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    return [phrase.strip(" .") for phrase in re.split(r"\.\s|;\s|\.$", section.strip()) if phrase.strip(" .")]


def aucun_geste(*mots: str) -> bool:
    """Tell that no geste and no fact says one of these words."""
    noms = [f"{geste.agregat} {geste.nom}" for geste in GESTES] + list(FAITS)
    return not [nom for nom in noms if any(mot in nom for mot in mots)]


def pes_est_refuse(console: Console) -> bool:
    reponse = console.lancer(["exporter", "pes", "--json"])
    return (reponse.code, reponse.document["refus"]["code"]) == (3, "format_non_disponible")


PROMESSES: dict[str, Callable[[Console], bool]] = {
    "No retrait nor annulation of a délibération": lambda _: aucun_geste(
        "deliberation retirer", "deliberation annuler", "deliberation.retir", "deliberation.annul"
    ),
    "no bilan, réfaction nor reversement": lambda _: aucun_geste("bilan", "refaction", "revers"),
    "no notification of an award": lambda _: (
        not [nom for nom in FAITS if nom.startswith("subvention") and "notifi" in nom]
    ),
    "no PES file": pes_est_refuse,
}


def test_chaque_promesse_du_readme_a_sa_preuve() -> None:
    ecrites = phrases("README.md", "What it does not do yet")
    assert set(ecrites) - {"What exists is in the [changelog](CHANGELOG.md)"} == PROMESSES.keys()


@pytest.mark.parametrize("promesse", PROMESSES)
def test_ce_qui_n_est_pas_fait_ne_l_est_pas(promesse: str, console: Console) -> None:
    assert PROMESSES[promesse](console)

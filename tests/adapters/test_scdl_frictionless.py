"""Our check of SCDL against frictionless, which knows the whole of Table Schema: what we accept, it accepts."""

import csv
import json
from collections import Counter
from pathlib import Path

import pytest
from frictionless import Checklist, Dialect, Resource, Schema
from frictionless.formats import CsvControl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.scdl import validation
from adapters.scdl.validation import valider
from application.exports.scdl import COLONNES
from tests.adapters.test_scdl import BONNE, EXEMPLES, verifier

SCHEMA = json.loads((Path(validation.__file__).parent / "schema.json").read_text(encoding="utf-8"))
AJOUTES = {controle["name"] for controle in SCHEMA["custom_checks"]}
"""What the schema adds to Table Schema, and frictionless does not know."""

CELLULES = {
    "montant": ["12000", "-3.5", "12000,5", "1 000", "", "douze"],
    "pourcentageSubvention": ["1", "0.01", "0.009", "1.01", ""],
    "dateConvention": ["2026-02-29", "2024-02-29", "20260618", "18/06/2026", ""],
    "notificationUE": ["oui", "non", "Oui", "true", ""],
    "nature": ["aide en nature", "aide en nature;aide en numéraire", "prêt", ""],
    "datesPeriodeVersement": ["2026-07-14/2026-08-31", "2026-07-14/", "juillet", ""],
    "idRAE": ["12345", "123456", ""],
    "objet": ["x" * 256, "x" * 257, "deux\nlignes", 'des "guillemets", une virgule', ""],
    "idAttribuant": ["20005374200017", "2000537420001", ""],
    "rnaBeneficiaire": ["W595012345", "W2A1000123", ""],
    "referenceDecision": ["CP-2026-0118", ""],
    "dispositifAide": ["", "NQE"],
}


def selon_frictionless(fichier: Path) -> Counter[tuple[str, int, str | None]]:
    """Return the code, line and column of each error frictionless finds."""
    ressource = Resource(
        data=fichier.read_bytes(),  # the library refuses absolute paths, and reads meaning into names
        scheme="buffer",
        format="csv",
        encoding="utf-8",
        schema=Schema.from_descriptor(json.loads(json.dumps(SCHEMA))),
        dialect=Dialect(controls=[CsvControl(delimiter=",")]),
    )
    rapport = ressource.validate(Checklist(), limit_errors=10_000)
    return Counter(
        (e.type, getattr(e, "row_number", 1), getattr(e, "field_name", None)) for t in rapport.tasks for e in t.errors
    )


def selon_nous(fichier: Path) -> Counter[tuple[str, int, str | None]]:
    return Counter((e.code, e.ligne, e.colonne) for e in valider(fichier) if e.code not in AJOUTES)


@pytest.mark.parametrize("nom", [f.name for f in sorted(EXEMPLES.glob("*.csv"))])
def test_les_exemples_officiels_ont_les_memes_erreurs(nom: str) -> None:
    nous, eux = selon_nous(EXEMPLES / nom), selon_frictionless(EXEMPLES / nom)
    en_tete = [Counter({k: n for k, n in c.items() if k[1] > 1}) for c in (nous, eux)]
    assert en_tete[0] == en_tete[1]
    assert Counter(code for code, _, _ in nous.elements()) == Counter(code for code, _, _ in eux.elements())


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.fixed_dictionaries({}, optional={nom: st.sampled_from(cellules) for nom, cellules in CELLULES.items()}),
        min_size=1,
        max_size=8,
    )
)
def test_des_lignes_quelconques_ont_les_memes_erreurs(tmp_path: Path, changees: list[dict[str, str]]) -> None:
    fichier = tmp_path / "essai.csv"
    with fichier.open("w", encoding="utf-8", newline="") as flux:
        ecrivain = csv.DictWriter(flux, COLONNES)
        ecrivain.writeheader()
        ecrivain.writerows(BONNE | ligne for ligne in changees)
    assert selon_nous(fichier) == selon_frictionless(fichier)


@pytest.mark.parametrize(
    "contenu",
    [
        "",
        "\n",
        ",".join(COLONNES),
        ",".join(COLONNES) + "\n,,,\n",
        ",".join(COLONNES) + "\n" + ",".join(BONNE.values()),
        ",".join(COLONNES) + "\n" + ",".join(["x"] * 17),
        ",".join((*COLONNES, "autre")) + "\n",
        ",".join((*COLONNES, COLONNES[0])) + "\n",
        ",".join(("", *COLONNES[1:])) + "\n",
        ",".join(reversed(COLONNES)) + "\n",
        ",".join(COLONNES[:-2]) + "\n",
        ";".join(COLONNES) + "\n",
    ],
)
def test_un_fichier_mal_forme_est_refuse_par_les_deux(tmp_path: Path, contenu: str) -> None:
    fichier = tmp_path / "essai.csv"
    fichier.write_text(contenu, encoding="utf-8", newline="")
    codes = [{code for code, _, _ in c} for c in (selon_nous(fichier), selon_frictionless(fichier))]
    assert codes[0] == codes[1]


@pytest.mark.parametrize(
    ("colonne", "valeur"), [("dateConvention", "2026-6-18"), ("montant", "NaN"), ("montant", "1e5"), ("montant", " 1")]
)
def test_nous_refusons_aussi_ce_que_sa_lecture_tolere(tmp_path: Path, colonne: str, valeur: str) -> None:
    assert [e.code for e in verifier(tmp_path, **{colonne: valeur})] == ["type-error"]
    assert selon_frictionless(tmp_path / "essai.csv") == Counter()

"""Signs that turn a text round or drive a terminal are refused at every door, and written out where they are quoted."""

import ast
import re

import pytest

from application.commandes import FichierRecu
from application.reprise.valeurs import ValeurFausse, convertir, montrer
from application.saisie_presences import lire_presences
from dispositifs.lecture_yaml import YamlIllisible, lire_yaml
from kernel.refus import Refus, SaisieInvalide
from kernel.signes import INTERDITS, montrable
from tests.test_maison import fichiers, nom

RETOURNE = "a\u202eb"


def test_un_refus_ne_fait_rien_a_qui_le_lit() -> None:
    refus = Refus(f"Aucun \u00e9l\u00e9ment \u00ab {RETOURNE}\x1b[31m \u00bb.")
    assert refus.message == str(refus) == "Aucun \u00e9l\u00e9ment \u00ab a\\u202eb\\u001b[31m \u00bb."
    assert montrable("d\u00e9j\u00e0\tlu\n") == "d\u00e9j\u00e0\tlu\n"
    assert all(INTERDITS.match(signe) for signe in "\u061c\u202a\u202e\u2066\u2069\x00\x9b\x7f")


def test_une_cellule_reprise_qui_retourne_le_texte_est_fausse_et_se_montre_sans_effet() -> None:
    for nature in ("texte", "montant", "date", "siret", "periode"):
        with pytest.raises(ValeurFausse, match=r"U\+202E"):
            convertir(nature, RETOURNE)
    assert montrer(RETOURNE) == "a\\u202eb"
    assert convertir("texte", "coll\u00e9\u200e ici") == "coll\u00e9 ici", "what Word and a phone leave is dropped"


def test_les_autres_fichiers_le_refusent_avec_sa_ligne() -> None:
    with pytest.raises(YamlIllisible, match="ligne 2"):
        lire_yaml(f"a: 1\nb: {RETOURNE}\n")
    feuille = FichierRecu("p.csv", f"membre,statut\nelu-01,present\n{RETOURNE},present\n".encode())
    with pytest.raises(SaisieInvalide, match=r"ligne 3 .*U\+202E"):
        lire_presences(feuille)


@pytest.mark.parametrize("nature", ["date", "montant", "siret", "rna", "entier", "nombre", "fraction", "periode"])
@pytest.mark.parametrize(
    "ecrit", ["\u0662\u0660\u0662\u0666-\u0660\u0661-\u0660\u0662", "\u0661\u0662", "\uff11\uff12", "1_2"]
)
def test_seuls_nos_chiffres_sont_des_chiffres(nature: str, ecrit: str) -> None:
    try:
        lu = convertir(nature, ecrit)  # type: ignore[arg-type]  # the parameter is one of the literals
    except ValeurFausse:
        return
    assert nature == "periode", lu
    assert (lu.debut, lu.fin) == (None, None)  # type: ignore[union-attr]  # a period, kept in words


def test_aucune_expression_du_produit_ne_prend_les_chiffres_du_monde_entier() -> None:
    """That class matches the digits of every script: a commune or a date in Arabic digits would pass."""
    trouvees = {
        f"{nom(f)}:{noeud.lineno}"
        for f in fichiers()
        if not nom(f).startswith(("tests/", "bench/"))
        for noeud in ast.walk(ast.parse(f.read_text(encoding="utf-8")))
        if isinstance(noeud, ast.Constant) and isinstance(noeud.value, str) and re.search(r"(?<!\\)\\d", noeud.value)
    }
    assert trouvees == set()

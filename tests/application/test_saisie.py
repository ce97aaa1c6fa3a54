"""What a person types is judged field by field, once it is read."""

from typing import Any

import pytest
from pydantic import BaseModel

from application.declaration import Liste
from application.gestes.recueil import par_nom
from application.saisie import lire
from kernel.refus import SaisieInvalide


class Rapport(BaseModel):
    dossiers: Liste
    motif: str = ""


def test_une_longue_liste_de_numeros_n_est_pas_un_long_texte() -> None:
    assert len(lire(Rapport, {"dossiers": ",".join(["NQE-2026-7K3F9"] * 2_000)}).dossiers) == 2_000


@pytest.mark.parametrize("champ", ["dossiers", "motif"])
def test_un_texte_trop_long_est_refuse_en_nommant_son_champ(champ: str) -> None:
    with pytest.raises(SaisieInvalide, match=rf"{champ}.* : le texte dépasse 10000 caractères"):
        lire(Rapport, {"dossiers": "NQE-2026-7K3F9", champ: "x" * 10_001})


def test_un_caractere_interdit_est_refuse() -> None:
    with pytest.raises(SaisieInvalide, match=r"U\+0000"):
        lire(Rapport, {"dossiers": "NQE-2026-7K3F9", "motif": "a\x00b"})


@pytest.mark.parametrize(
    ("geste", "donnees", "champ"),
    [
        ("deposer", {"pieces": [{"code": "rib", "fichier": "/etc/passwd"}]}, "pieces.0.fichier"),
        ("recevoir-piece", {"fichier": "/etc/passwd"}, "fichier"),
    ],
)
def test_aucune_porte_ne_prend_un_chemin_pour_un_fichier(geste: str, donnees: dict[str, Any], champ: str) -> None:
    """What a form or a program names is text: only what it uploads is a file."""
    with pytest.raises(SaisieInvalide) as refus:
        lire(par_nom("dossier", geste).commande, donnees)
    assert champ in {erreur["champ"] for erreur in refus.value.champs["erreurs"]}

"""The example of each geste is one: its class reads it, and what it is done on has a number that can be."""

import pytest

from application.commandes import FichierRecu
from application.declaration import Geste
from application.exemples import REFERENCES, exemple
from application.gestes.recueil import tous
from application.numeros import id_de


@pytest.mark.parametrize("geste", tous(), ids=lambda geste: f"{geste.agregat} {geste.nom}")
def test_l_exemple_d_un_geste_se_lit(geste: Geste) -> None:
    donnees = exemple(geste)
    if geste.champ is not None:
        donnees[geste.champ] = REFERENCES[geste.agregat]
        assert id_de(geste.cible.classe.nom, donnees[geste.champ]) is not None
    if "fichier" in donnees:
        donnees["fichier"] = FichierRecu(donnees["fichier"], b"statuts")
    assert geste.lire(donnees)

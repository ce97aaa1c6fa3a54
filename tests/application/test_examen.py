"""The examination of a request through its gestes: what is typed goes to the coffre, or is refused."""

from typing import Any

import pytest

from aggregates.dossier import Dossier
from kernel.refus import SaisieInvalide
from tests.application.bureau import SQLITE_SUFFIT, Atelier, de, envoyer
from tests.moteur import AVEC_GRILLE, CRITERES, GRILLE, la_campagne, un_depot


def avec_criteres(services: Any) -> str:
    """Open the example campagne with its grid, and bring a request to its complétude."""
    envoyer(services, "campagne ouvrir", de("admin"), fichier=la_campagne(2026, AVEC_GRILLE))
    ref = envoyer(services, "dossier deposer", de(), **un_depot(campagne=AVEC_GRILLE)).ref
    envoyer(services, "dossier declarer-complet", de(), dossier=ref)
    return ref


def une(critere: str, justification: str = "ce que montre le projet (exemple)") -> dict[str, str]:
    return {"critere": critere, "appreciation": "satisfait", "justification": justification}


@SQLITE_SUFFIT
def test_la_grille_entiere_s_apprecie_d_un_geste_et_ses_textes_vont_au_coffre(atelier: Atelier) -> None:
    services = atelier.services
    ref = avec_criteres(services)
    avant = atelier.compte
    envoyer(services, "dossier apprecier", de(), dossier=ref, appreciations=GRILLE)
    assert (atelier.compte.faits - avant.faits, atelier.compte.textes - avant.textes) == (1, 6)
    dites = services.trouver(Dossier, ref).appreciations
    assert services.coffre.lire(dites["rev3"].justification) == "exemple : rev3"
    assert dites.keys() == set(CRITERES)
    envoyer(services, "dossier proposer", de(), dossier=ref)


@SQLITE_SUFFIT
@pytest.mark.parametrize("justification", ["", "   ", "x", "...", "ee"])
def test_une_justification_vide_ou_d_un_seul_signe_est_refusee(atelier: Atelier, justification: str) -> None:
    ref = avec_criteres(atelier.services)
    avant = atelier.compte
    with pytest.raises(SaisieInvalide):
        envoyer(*(atelier.services, "dossier apprecier", de()), dossier=ref, appreciations=[une("rev3", justification)])
    assert (atelier.compte.faits, atelier.compte.textes) == (avant.faits, avant.textes)

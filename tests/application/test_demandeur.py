"""Whose SIRET is it: a tiers known under another name is not linked in silence, for it would be paid."""

import json
from dataclasses import replace

import pytest

from aggregates.dossier import Dossier
from aggregates.dossier.completude import DemandeurAVerifier
from aggregates.registre import attentes
from application.commandes import Recu
from application.consultations.dossier import voir
from application.consultations.moment import Moment
from application.sans_moteur import faire_ce_qui_est_du
from bench.identites import siret
from tests.application.bureau import SQLITE_SUFFIT, Atelier
from tests.moteur import faire, un_depot

CONNU, AUTRE = siret(901), siret(902)


def deposer(atelier: Atelier, numero: str, denomination: str) -> Recu:
    """File a request of that applicant, and let the engine do its part."""
    options = un_depot()
    depot = json.loads(options["depot"].contenu)
    depot["tiers"] = {"siret": numero, "denomination": denomination}
    fichier = replace(options["depot"], contenu=json.dumps(depot).encode())
    recu = faire(atelier.services, "dossier deposer", "ines", **{**options, "depot": fichier})
    faire_ce_qui_est_du(atelier.services, 0, "cli")
    return recu


def lire(atelier: Atelier, recu: Recu) -> Dossier:
    return atelier.services.store.charger(Dossier, recu.id)


@SQLITE_SUFFIT
@pytest.mark.parametrize("juste", [CONNU, AUTRE])
def test_un_siret_connu_sous_un_autre_nom_attend_une_personne(atelier: Atelier, juste: str) -> None:
    premier = lire(atelier, deposer(atelier, CONNU, "Les Passerelles (exemple)"))
    meme = lire(atelier, deposer(atelier, CONNU, "LES PASSERELLES"))
    assert premier.tiers_id == meme.tiers_id is not None
    for un, autre in ((premier, meme), (meme, premier)):
        assert voir(atelier.services, un.ref, Moment())["meme_demande"] == [autre.ref]
    recu = deposer(atelier, CONNU, "Les Ponts (exemple)")
    assert lire(atelier, recu).tiers_id is None
    assert "demandeur" in [attente.cle.code for attente in attentes(lire(atelier, recu))]
    with pytest.raises(DemandeurAVerifier):
        faire(atelier.services, "dossier declarer-complet", "ines", dossier=recu.ref)
    faire(atelier.services, "dossier confirmer-demandeur", "ines", dossier=recu.ref, siret=juste)
    faire_ce_qui_est_du(atelier.services, 0, "cli")
    assert (lire(atelier, recu).tiers_id == premier.tiers_id) is (juste == CONNU)
    assert lire(atelier, recu).tiers_id is not None
    faire(atelier.services, "dossier declarer-complet", "ines", dossier=recu.ref)

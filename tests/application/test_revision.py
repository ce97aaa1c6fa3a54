"""A campagne opens and closes to the second; a version of its règlement given midway applies to the dossiers that it says."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from aggregates.campagne import Campagne, CampagneOuverte
from application.commandes import FichierRecu
from kernel.identifiants import identifiant
from kernel.instants import debut_de_jour
from kernel.refus import DejaFait, GesteImpossible, SaisieInvalide
from tests.aggregates.fabrique import par
from tests.application.seance import Region
from tests.moteur import PIECES, la_campagne, un_depot

REGLEMENT = la_campagne(2026).contenu.decode()


def ouverte(**champs: Any) -> Campagne:
    donnees: dict[str, Any] = {
        "ref": "NQE-2026",
        "dispositif": "nqe",
        "exercice": 2026,
        "nature": "appel",
        "ouvre_le": date(2026, 1, 5),
        "ferme_le": date(2026, 3, 31),
        "fil_rouge": None,
        "reglement_ref": "nqe@3",
        "reglement": None,
    }
    campagne = par(Campagne(identifiant("campagne", "NQE-2026")), "admin-1", date(2026, 1, 5))
    campagne.ouvrir(CampagneOuverte(**(donnees | champs)))
    return campagne


def test_une_campagne_s_ouvre_et_se_ferme_a_la_seconde() -> None:
    campagne = ouverte(ouvre_a="09:00:00", ferme_a="17:00:00")
    ferme = datetime(2026, 3, 31, 15, 0, 0, tzinfo=UTC)  # 17:00 in Paris, summer time since the 29th
    un = timedelta(seconds=1)
    assert campagne.motif_d_envoi(ferme - un) is None
    assert campagne.motif_d_envoi(ferme) == "tardif"
    ouvre = datetime(2026, 1, 5, 8, 0, 0, tzinfo=UTC)
    assert campagne.motif_d_envoi(ouvre - un) == "avant_l_ouverture"
    assert campagne.motif_d_envoi(ouvre) is None
    assert campagne.motif_d_envoi(date(2026, 3, 31)) is None, "of that day, no hour says that it came after"
    assert campagne.motif_d_envoi(date(2026, 4, 1)) == "tardif"


def test_sans_heure_une_campagne_prend_tout_son_dernier_jour() -> None:
    campagne = ouverte()
    assert campagne.motif_d_envoi(datetime(2026, 3, 31, 21, 59, 59, tzinfo=UTC)) is None
    assert campagne.motif_d_envoi(datetime(2026, 3, 31, 22, 0, 0, tzinfo=UTC)) == "tardif"
    assert campagne.motif_d_envoi(datetime(2026, 1, 4, 22, 59, 59, tzinfo=UTC)) == "avant_l_ouverture"


def revise(version: int = 4, taux: int = 3000, code: str = "NQE-2026") -> FichierRecu:
    texte = REGLEMENT.replace("version: 3", f"version: {version}").replace("valeur: 6000", f"valeur: {taux}")
    return FichierRecu("revision.yaml", texte.replace("code: NQE-2026", f"code: {code}").encode())


def deposer(region: Region, numero: int) -> str:
    depot = un_depot(PIECES)
    document = json.loads(depot["depot"].contenu) | {"objet": f"Projet fictif {numero}"}
    recu = region.faire(
        "dossier deposer", "ines", depot=FichierRecu("d.json", json.dumps(document).encode()), jointes=depot["jointes"]
    )
    region.moteur()
    return recu.ref


def au(region: Region, jour: date) -> None:
    region.services.store.enregistreur.regler_horloge(debut_de_jour(jour) + timedelta(hours=9))
    region.moteur()


def propose(region: Region, ref: str) -> tuple[str | None, int | None]:
    """Complete and propose a dossier; return the version frozen and the amount."""
    if region.dossier(ref).complet_le is None:
        region.faire("dossier declarer-complet", "ines", dossier=ref)
    region.faire("dossier proposer", "ines", dossier=ref)
    dossier = region.dossier(ref)
    assert dossier.proposition is not None
    return dossier.reglement, dossier.proposition.montant_centimes


@pytest.mark.parametrize(
    ("portee", "complete_apres"), [("deposes", "nqe@3"), ("completes", "nqe@4")], ids=["deposes", "completes"]
)
def test_une_version_en_cours_de_campagne_vaut_pour_les_dossiers_qu_elle_dit(
    region: Region, portee: str, complete_apres: str
) -> None:
    au(region, date(2026, 1, 12))
    deja_complet, depose_avant = deposer(region, 1), deposer(region, 2)
    region.faire("dossier declarer-complet", "ines", dossier=deja_complet)
    au(region, date(2026, 2, 2))
    region.faire("campagne reviser", "admin", campagne="NQE-2026", fichier=revise(), portee=portee)
    depose_apres = deposer(region, 3)
    (v1, m1), (v2, m2), (v3, m3) = (propose(region, ref) for ref in (deja_complet, depose_avant, depose_apres))
    assert (v1, v2, v3) == ("nqe@3", complete_apres, "nqe@4")
    assert m1 is not None
    assert m3 is not None
    assert m1 > m3, "frozen at its complétude, the first one keeps its rate"
    assert m2 == (m3 if complete_apres == "nqe@4" else m1)


def test_une_revision_est_plus_recente_et_de_cette_campagne(region: Region) -> None:
    envoi = {"campagne": "NQE-2026", "portee": "deposes"}
    with pytest.raises(DejaFait):
        region.faire("campagne reviser", "admin", fichier=revise(version=3), **envoi)
    with pytest.raises(SaisieInvalide):
        region.faire("campagne reviser", "admin", fichier=revise(code="NQE-2027"), **envoi)
    region.faire("campagne reviser", "admin", fichier=revise(), **envoi)
    assert not region.faire("campagne reviser", "admin", fichier=revise(), **envoi).faits
    region.faire("campagne clore", "admin", campagne="NQE-2026")
    with pytest.raises(GesteImpossible):
        region.faire("campagne reviser", "admin", fichier=revise(version=5), **envoi)

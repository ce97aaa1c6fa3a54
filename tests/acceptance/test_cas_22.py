"""Case 22 of the domain file, before the vote, on the real engine: the applicant merges, is dissolved, or changes president."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from aggregates.dossier import Etat
from aggregates.dossier.motifs import MotifRetenu
from aggregates.tiers import Tiers
from application.consultations.historique import historique
from application.consultations.moment import Moment
from application.consultations.voir import voir
from bench.identites import siret
from kernel.refus import GesteImpossible
from tests.application.seance import Region, installer_region
from tests.moteur import PIECES, deposer, ouvrir_store

ABSORBANTE: dict[str, Any] = {"siret": siret(88_001), "denomination": "Les Passerelles unies (exemple)"}
FUSION: dict[str, Any] = {"transmission": "universelle", "acte": "traité de fusion d’exemple", **ABSORBANTE}
AVANT, APRES = date(2026, 1, 31), date(2026, 2, 1)


@pytest.fixture
def region(tmp_path: Path) -> Iterator[Region]:
    with ouvrir_store(tmp_path, repetition=True) as (services, _):
        yield installer_region(services)


@pytest.fixture
def ref(region: Region) -> str:
    numero = deposer(region.services, pieces=PIECES, le=None, lot=None).ref
    region.moteur()
    region.faire("dossier declarer-complet", "ines", dossier=numero)
    return numero


def demandeur(region: Region, ref: str) -> Tiers:
    tiers = region.dossier(ref).tiers_id
    assert tiers is not None
    return region.services.store.charger(Tiers, tiers)


def test_cas_22_apres_une_fusion_la_demande_continue_au_nom_de_l_absorbante_et_ses_delais_courent(
    region: Region, ref: str
) -> None:
    ancien, avant = demandeur(region, ref), region.dossier(ref)
    region.faire("dossier constater-succession", "ines", dossier=ref, **FUSION)
    region.moteur()
    dossier = region.dossier(ref)
    assert demandeur(region, ref).siret == ABSORBANTE["siret"] != ancien.siret
    assert (dossier.silence_depuis, dossier.depose_le, dossier.complet_le, dossier.etat) == (
        *(avant.silence_depuis, avant.depose_le, avant.complet_le, avant.etat),
    )
    region.faire("dossier proposer", "ines", dossier=ref)
    assert region.dossier(ref).etat is Etat.PROPOSE
    (phrase,) = [f["phrase"] for f in historique(region.services, dossier.id, Moment()) if "succède" in f["phrase"]]
    assert "Les Passerelles unies (exemple)" in phrase
    assert "traité de fusion d’exemple" in phrase


def test_cas_22_une_proposition_deja_faite_se_renvoie_avant_de_changer_de_demandeur(region: Region, ref: str) -> None:
    region.faire("dossier proposer", "ines", dossier=ref)
    with pytest.raises(GesteImpossible):
        region.faire("dossier constater-succession", "ines", dossier=ref, **FUSION)
    region.faire("dossier renvoyer", "rene", dossier=ref, motif="le demandeur a fusionné")
    region.faire("dossier constater-succession", "ines", dossier=ref, **FUSION)
    region.moteur()
    assert demandeur(region, ref).siret == ABSORBANTE["siret"]


def test_cas_22_sans_successeur_la_demande_ne_peut_qu_etre_rejetee_et_une_autre_se_depose(
    region: Region, ref: str
) -> None:
    dissolution = {"transmission": "aucune", "acte": "procès-verbal de dissolution d’exemple"}
    region.faire("dossier constater-succession", "ines", dossier=ref, **dissolution)
    retenu = {"motif": "demandeur_disparu", "sens": "retenu", "justification": "l’association est dissoute"}
    region.faire("dossier repondre-motif", "ines", dossier=ref, **retenu)
    with pytest.raises(MotifRetenu):
        region.faire("dossier proposer", "ines", dossier=ref)
    rejet = {"sens": "rejet", "cause": "irrecevabilite", "motif": "l’association est dissoute"}
    region.faire("dossier proposer", "ines", dossier=ref, **rejet)
    autre = deposer(region.services, pieces=PIECES, le=None, lot=None).ref
    region.moteur()
    assert demandeur(region, autre).siret != demandeur(region, ref).siret


def test_cas_22_qui_pouvait_signer_se_lit_au_jour_de_la_signature(region: Region, ref: str) -> None:
    tiers = demandeur(region, ref)
    acte = {"qualite": "representant_legal", "acte": "procès-verbal d’exemple"}
    region.faire(
        "tiers declarer-representant", "ines", tiers=tiers.ref, personne="Mme Avant", du="2024-01-01", au=AVANT, **acte
    )
    region.faire("tiers declarer-representant", "ines", tiers=tiers.ref, personne="M. Après", du=APRES, **acte)
    lu, noms = demandeur(region, ref), region.services.coffre
    assert [[noms.lire(r.nom) for r in lu.representants_le(jour)] for jour in (AVANT, APRES)] == [
        ["Mme Avant"],
        ["M. Après"],
    ]
    dits = voir(region.services, "tiers", tiers.ref, Moment())["representants"]
    assert [(dit["nom"], dit["du"], dit["au"]) for dit in dits] == [
        ("Mme Avant", "2024-01-01", "2026-01-31"),
        ("M. Après", "2026-02-01", None),
    ]
    faits = "".join(i.fait.model_dump_json() for i in region.services.store.inscriptions(tiers.id))
    assert "Avant" not in faits, "the coffre alone has names"

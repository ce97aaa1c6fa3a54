"""Case 22 of the domain file, before the vote, on the real engine: the applicant merges, is dissolved, moves, or changes president."""

from datetime import date
from typing import Any

import pytest
from stdnum import luhn

from aggregates.dossier import Etat
from application.consultations.moment import Moment
from application.consultations.voir import voir
from bench.identites import siret
from tests.acceptance.vie import Vie

pytestmark = pytest.mark.temporal
ABSORBANTE: dict[str, Any] = {"siret": siret(88_001), "denomination": "Les Passerelles unies (exemple)"}
FUSION: dict[str, Any] = {"transmission": "universelle", "acte": "traité de fusion d’exemple", **ABSORBANTE}
AVANT, APRES = date(2026, 1, 31), date(2026, 2, 1)


async def completer(vie: Vie) -> str:
    ref = await vie.deposer()
    vie.faire("dossier declarer-complet", dossier=ref)
    return ref


async def test_cas_22_apres_une_fusion_la_demande_continue_au_nom_de_l_absorbante_et_ses_delais_courent(
    vie: Vie,
) -> None:
    ref = await completer(vie)
    ancien = vie.demandeur(ref)
    await vie.aller(date(2026, 2, 2))
    avant = vie.dossier(ref)
    vie.faire("dossier constater-succession", dossier=ref, **FUSION)
    await vie.repos()
    dossier = vie.dossier(ref)
    assert vie.demandeur(ref).siret == ABSORBANTE["siret"] != ancien.siret
    assert (dossier.silence_depuis, dossier.depose_le, dossier.complet_le, dossier.etat) == (
        *(avant.silence_depuis, avant.depose_le, avant.complet_le, avant.etat),
    )
    await vie.aller(date(2026, 3, 6))
    assert list(vie.dossier(ref).rejets_implicites.values()) == [date(2026, 3, 5)], "two months from the first dépôt"
    vie.faire("dossier proposer", dossier=ref)
    assert vie.dossier(ref).etat is Etat.PROPOSE
    (phrase,) = [phrase for phrase in vie.phrases(ref) if "succède" in phrase]
    assert "Les Passerelles unies (exemple)" in phrase
    assert "traité de fusion d’exemple" in phrase
    assert vie.pilotes() == {"workflow"}


async def test_cas_22_une_proposition_deja_faite_se_renvoie_avant_de_changer_de_demandeur(vie: Vie) -> None:
    ref = await completer(vie)
    vie.faire("dossier proposer", dossier=ref)
    assert vie.refus("dossier constater-succession", dossier=ref, **FUSION) == "geste_impossible"
    vie.faire("dossier renvoyer", "rene", dossier=ref, motif="le demandeur a fusionné")
    vie.faire("dossier constater-succession", dossier=ref, **FUSION)
    await vie.repos()
    assert vie.demandeur(ref).siret == ABSORBANTE["siret"]


async def test_cas_22_sans_successeur_la_demande_ne_peut_qu_etre_rejetee_et_une_autre_se_depose(vie: Vie) -> None:
    ref = await completer(vie)
    dissolution = {"transmission": "aucune", "acte": "procès-verbal de dissolution d’exemple"}
    vie.faire("dossier constater-succession", dossier=ref, **dissolution)
    assert vie.attentes(ref)["motif"]["objet"] == "demandeur_disparu"
    assert vie.refus("dossier proposer", dossier=ref) == "motifs_sans_reponse"
    retenu = {"motif": "demandeur_disparu", "sens": "retenu", "justification": "l’association est dissoute"}
    vie.faire("dossier repondre-motif", dossier=ref, **retenu)
    assert vie.refus("dossier proposer", dossier=ref) == "motif_retenu"
    rejet = {"sens": "rejet", "cause": "irrecevabilite", "motif": "l’association est dissoute"}
    vie.faire("dossier proposer", dossier=ref, **rejet)
    autre = await vie.deposer()
    assert vie.demandeur(autre).siret != vie.demandeur(ref).siret


async def test_cas_22_un_siege_deplace_change_le_siret_et_un_rna_se_corrige_sans_nouvelle_demande(vie: Vie) -> None:
    ref = await completer(vie)
    ancien = vie.demandeur(ref)
    assert ancien.siret is not None
    etablissement = f"{ancien.siret[:9]}0027"
    nouveau = etablissement + luhn.calc_check_digit(etablissement)
    deplace = {"transmission": "universelle", "acte": "avis de situation d’exemple", "siret": nouveau}
    vie.faire("dossier constater-succession", dossier=ref, denomination=ancien.denomination, **deplace)
    await vie.repos()
    tiers = vie.demandeur(ref)
    assert (tiers.siret, tiers.siret and tiers.siret[:9]) == (nouveau, ancien.siret[:9])
    vie.faire("agent enregistrer", "admin", identifiant="fatou", roles="finance")
    for rna in ("W595000001", "W595000002"):
        vie.faire("tiers corriger", "fatou", tiers=nouveau, denomination=tiers.denomination, rna=rna)
    assert voir(vie.services, "tiers", nouveau, Moment())["rna"] == "W595000002"
    assert vie.dossier(ref).etat is Etat.COMPLET


async def test_cas_22_qui_pouvait_signer_se_lit_au_jour_de_la_signature(vie: Vie) -> None:
    tiers = vie.demandeur(await vie.deposer())
    acte = {"qualite": "representant_legal", "acte": "procès-verbal d’exemple"}
    declarer = "tiers declarer-representant"
    vie.faire(declarer, tiers=tiers.ref, personne="Mme Avant", du="2024-01-01", au=AVANT, **acte)
    vie.faire(declarer, tiers=tiers.ref, personne="M. Après", du=APRES, **acte)
    lu, noms = vie.services.store.charger(type(tiers), tiers.id), vie.services.coffre
    assert [[noms.lire(r.nom) for r in lu.representants_le(jour)] for jour in (AVANT, APRES)] == [
        ["Mme Avant"],
        ["M. Après"],
    ]
    dits = voir(vie.services, "tiers", tiers.ref, Moment())["representants"]
    assert [(dit["nom"], dit["du"], dit["au"]) for dit in dits] == [
        ("Mme Avant", "2024-01-01", "2026-01-31"),
        ("M. Après", "2026-02-01", None),
    ]
    faits = "".join(i.fait.model_dump_json() for i in vie.services.store.inscriptions(tiers.id))
    assert "Avant" not in faits, "the coffre alone has names"

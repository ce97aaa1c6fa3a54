"""What an agent proposes, from the outside, up to the vote: a rejet, an amount above the règlement by a dérogation."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from adapters.listes_publiques import QUARTIERS
from aggregates.deliberation.scrutin import AmendementInvalide
from aggregates.dossier import Etat
from aggregates.dossier.eligibilite import EligibiliteAReexaminer
from aggregates.dossier.motifs import dire
from aggregates.dossier.proposition import DerogationExigee
from application.commandes import FichierRecu
from application.consultations.deliberations import lignes
from application.consultations.dossier import voir as voir_dossier
from application.consultations.historique import attentes_de
from application.consultations.moment import Moment
from application.consultations.voir import voir
from application.gestes.rapport import DossiersNonPrets
from application.noms import NomsDesServices
from cli import fiches
from dispositifs.eligibilite import Perimetre
from kernel.refus import SaisieInvalide
from tests.application.seance import AJOURNEMENT, CONTRE, JOUR, NOTIFIE, SEANCE, UNANIME, Region
from tests.moteur import REMISE, deposer, la_campagne, un_depot

MOTIF = "exemple fictif : hors période"
ACTE = "délibération n° 2026.00012 (exemple fictif), art. 3"


def deux_rejets(region: Region) -> list[str]:
    """Propose, by another agent's visa, the rejet of one complete request and of one whose pièces never came."""
    region.ouvrir_credits()
    irrecevable, incomplet = (
        deposer(region.services, pieces=pieces, le=None, lot=None).ref
        for pieces in (("statuts", "budget", "rib", "attestation_cer"), ("statuts",))
    )
    region.moteur()
    region.faire("dossier declarer-complet", "ines", dossier=irrecevable)
    demande = {"pieces": "budget,rib,attestation_cer", "delai": "15 jours"}
    region.faire("dossier demander-pieces", "ines", dossier=incomplet, **demande)
    region.faire("dossier enregistrer-remise", "ines", dossier=incomplet, **REMISE)
    rejet = {"sens": "rejet", "cause": "irrecevabilite", "motif": MOTIF}
    region.faire("dossier proposer", "ines", dossier=irrecevable, **rejet)
    region.tenir_seance()
    region.faire("dossier classer-sans-suite", "ines", dossier=incomplet, motif=MOTIF)
    for ref in (irrecevable, incomplet):
        region.faire("dossier viser", "rene", dossier=ref)
    return [irrecevable, incomplet]


def test_transitions_8_et_11_un_rejet_est_inscrit_vote_et_dit_au_dossier(region: Region) -> None:
    refs = deux_rejets(region)
    assert "rejet_propose" in voir_dossier(region.services, refs[0], Moment())["drapeaux"]
    rapport = region.preparer(refs)
    dites = voir(region.services, "deliberation", rapport, Moment())["lignes"]
    assert [(li["nature"], li["cause"], li["propose_centimes"]) for li in dites] == [
        ("rejet", "irrecevabilite", 0),
        ("rejet", "sans_suite", 0),
    ]
    with pytest.raises(AmendementInvalide, match="ne s’amende pas"):
        region.voter(rapport, "{defaut: pour, amendement_centimes: 100}", ligne="1")
    region.voter(rapport, UNANIME)
    region.rendre_executoire(rapport)
    region.moteur()
    for ref in refs:
        dossier = region.dossier(ref)
        assert (dossier.etat, dossier.issue) == (Etat.DECIDE, "rejete")
        region.faire("dossier enregistrer-notification", "ines", dossier=ref, **NOTIFIE)
        region.faire("dossier clore", "ines", dossier=ref)
    deliberation = region.deliberation(rapport)
    assert deliberation.clos
    assert deliberation.attributions == {}, "a rejet engages no credit"


def test_un_rejet_non_adopte_rend_le_dossier_a_l_instruction(region: Region) -> None:
    refs = deux_rejets(region)
    rapport = region.preparer(refs)
    region.voter(rapport, CONTRE)
    region.rendre_executoire(rapport)
    region.moteur()
    assert [region.dossier(ref).etat for ref in refs] == [Etat.EN_INSTRUCTION, Etat.INCOMPLET]
    assert region.deliberation(rapport).clos
    region.faire("dossier proposer", "ines", dossier=refs[0])


def test_une_derogation_se_lit_du_dossier_a_l_acte(region: Region) -> None:
    (ref,) = region.instruire(1, viser=False)
    region.faire("dossier renvoyer", "rene", dossier=ref, motif=MOTIF)
    calcule = voir_dossier(region.services, ref, Moment())["montants"]["demande_centimes"]
    with pytest.raises(DerogationExigee):
        region.faire("dossier proposer", "ines", dossier=ref, montant_centimes=calcule)
    region.faire("dossier proposer", "ines", dossier=ref, montant_centimes=calcule, derogation=ACTE)
    region.faire("dossier viser", "rene", dossier=ref)
    assert "derogation" in voir_dossier(region.services, ref, Moment())["drapeaux"]
    region.ouvrir_credits()
    region.tenir_seance()
    rapport = region.preparer([ref])
    document = voir(region.services, "deliberation", rapport, Moment())
    assert document["lignes"][0]["derogation"] == ACTE
    assert any(f"dérogation : {ACTE}" in cellule for ligne in fiches.deliberation(document).lignes for cellule in ligne)
    assert [lue.derogation for lue in lignes([region.deliberation(rapport)], NomsDesServices(region.services))] == [
        ACTE
    ]


@pytest.mark.parametrize(
    "options",
    [
        {"sens": "rejet", "motif": MOTIF},
        {"sens": "rejet", "cause": "opportunite"},
        {"sens": "rejet", "cause": "opportunite", "motif": MOTIF, "montant_centimes": 1},
        {"sens": "rejet", "cause": "opportunite", "motif": MOTIF, "derogation": ACTE},
        {"cause": "opportunite", "motif": MOTIF},
    ],
)
def test_un_rejet_a_une_cause_et_un_motif_et_pas_de_montant(region: Region, options: dict[str, object]) -> None:
    (ref,) = region.instruire(1, viser=False)
    region.faire("dossier renvoyer", "rene", dossier=ref, motif=MOTIF)
    avant = region.services.store.enregistreur.derniere_position()
    with pytest.raises(SaisieInvalide):
        region.faire("dossier proposer", "ines", dossier=ref, **options)
    assert region.services.store.enregistreur.derniere_position() == avant


AVANT = Perimetre(version="qpv2024", du=date(2024, 1, 1), jusqu_au=date(2026, 5, 31), quartiers=QUARTIERS)
APRES = Perimetre(version="qpv-exemple", du=date(2026, 6, 1), quartiers=set(QUARTIERS) - {"QN05981M"})
"""A fictitious list, which the quartier of the example left."""


def test_cas_21_des_quartiers_redessines_apres_la_proposition_se_jugent_avant_le_vote(region: Region) -> None:
    regle = (
        '  date_du_territoire: {valeur: vote, depuis: 2026-01-01, source: "exemple fictif", verifie_le: 2026-01-02}\n'
    )
    campagne = FichierRecu("c.yaml", la_campagne(2026, "NQE-VOTE").contenu + regle.encode())
    region.faire("campagne ouvrir", "admin", fichier=campagne)
    region.ouvrir_credits()
    refs = [region.faire("dossier deposer", "ines", **un_depot(campagne="NQE-VOTE")).ref for _ in range(3)]
    region.moteur()
    vise, propose, prepare = refs
    for ref in refs:
        for geste in ("declarer-complet", "proposer"):
            region.faire(f"dossier {geste}", "ines", dossier=ref)
    for ref in (vise, prepare):
        region.faire("dossier viser", "rene", dossier=ref)
    region.tenir_seance()
    inscrit = region.preparer([vise])
    rapport = region.faire("deliberation preparer", "aline", seance=SEANCE, dossiers=prepare).ref
    region.services = replace(region.services, perimetres=(AVANT, APRES))
    assert "eligibilite_a_reexaminer" in voir_dossier(region.services, vise, Moment())["drapeaux"]
    region.moteur()
    assert region.deliberation(rapport).ligne(1).refus == "eligibilite_a_reexaminer"
    with pytest.raises(EligibiliteAReexaminer):
        region.faire("dossier viser", "rene", dossier=propose)
    with pytest.raises(DossiersNonPrets, match="éligibilité à examiner de nouveau : territoire"):
        region.voter(inscrit, UNANIME)
    region.faire("dossier examiner-eligibilite", "ines", dossier=vise)
    with pytest.raises(DossiersNonPrets, match="Motifs sans réponse : Territoire"):
        region.voter(inscrit, UNANIME, ligne="1")
    region.voter(inscrit, AJOURNEMENT)
    region.moteur()
    with pytest.raises(DossiersNonPrets, match="Motifs sans réponse"):
        region.preparer([vise])
    reponse = {"motif": "territoire", "sens": "leve", "justification": "le règlement garde ce quartier (exemple)"}
    region.faire("dossier repondre-motif", "ines", dossier=vise, **reponse)
    region.voter(region.preparer([vise]), UNANIME)
    assert region.dossier(vise).territoire_juge == (JOUR, "qpv-exemple")


def test_un_projet_deja_aide_par_la_region_est_un_motif_a_qui_vient_apres_et_jamais_sans_indice(region: Region) -> None:
    region.ouvrir_credits()
    region.faire("campagne ouvrir", "admin", fichier=la_campagne(2026, "NQE-AUTRE"))
    depot = un_depot()
    premier = region.faire("dossier deposer", "ines", **depot).ref
    region.moteur()

    def deposer_aussi(**champs: Any) -> str:
        document = json.dumps(json.loads(depot["depot"].contenu) | {"campagne": "NQE-AUTRE"} | champs).encode()
        ref = region.faire("dossier deposer", "ines", **depot | {"depot": FichierRecu("d.json", document)}).ref
        region.moteur()
        return ref

    def doubles(ref: str) -> list[str]:
        return [m.objet for m in region.dossier(ref).motifs_sans_reponse if m.code == "double_financement"]

    attend = deposer_aussi()
    assert doubles(attend) == [], "the first is only asked for"
    for geste, qui in (("declarer-complet", "ines"), ("proposer", "ines"), ("viser", "rene")):
        region.faire(f"dossier {geste}", qui, dossier=premier)
    plus_tard, meme_cout = deposer_aussi(), deposer_aussi(objet="Un tout autre titre (exemple)")
    autre_ete = deposer_aussi(periode={"debut": "2027-07-01", "fin": "2027-08-31"})
    assert [doubles(ref) for ref in (plus_tard, meme_cout, autre_ete)] == [[premier], [premier], []]
    assert f"({premier})" in dire("double_financement", premier)
    assert "eligibilite_a_reexaminer" not in voir_dossier(region.services, premier, Moment())["drapeaux"]
    region.faire("dossier declarer-complet", "ines", dossier=attend)
    lues = (
        voir_dossier(region.services, attend, Moment())["attentes"],
        attentes_de(region.services, "dossier", attend, Moment()),
    )
    for attentes in lues:
        gestes = next([g["geste"] for g in a["gestes"]] for a in attentes if a["code"] == "proposition")
        assert gestes[0] == "dossier examiner-eligibilite"
        assert "dossier proposer" not in gestes
    with pytest.raises(EligibiliteAReexaminer):
        region.faire("dossier proposer", "ines", dossier=attend)
    region.faire("dossier examiner-eligibilite", "ines", dossier=attend)
    assert doubles(attend) == [premier], "learned later"
    vu = voir_dossier(region.services, attend, Moment())
    assert [(m["code"], m["objet"], m["sens"]) for m in vu["motifs"]] == [
        ("double_financement", premier, None),
    ]
    assert f"Projet ou coût déjà financé par une autre aide ({premier}) : attend une réponse" in fiches.dossier(vu)

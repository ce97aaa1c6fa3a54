"""Visas by the règlement, on a real store: the act that each rests on; two thousand waiting, the clock moved thirty days."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from aggregates.agents import Agent
from aggregates.dossier.etat import InteretEnCause
from aggregates.dossier.visa import VisaRappele, Vise
from application.commandes import FichierRecu
from application.consultations.historique import historique
from application.consultations.moment import Moment
from application.habilitations import id_agent
from application.sans_moteur import faire_ce_qui_est_du
from application.services import Services
from kernel.attentes import Role
from kernel.identifiants import identifiant
from kernel.instants import jour_de
from kernel.refus import QuatreYeux
from tests.application.seance import Region, installer_region
from tests.epreuves import compte
from tests.moteur import PIECES, faire, la_campagne, ouvrir_store, un_depot

VISAS = """  visas:
    valeur:
      - {role: responsable, rappels: ["5 jours", "10 jours", "15 jours"], escalade: ordonnateur}
      - {role: ordonnateur, a_partir_de_centimes: 1000000}
    depuis: 2026-01-01
    source: "exemple fictif"
    verifie_le: 2026-01-02
"""
CAMPAGNE = "NQE-2026-V"
NOMBRE = compte(12, 2_000)
PAR_VISA = [(1, None), (2, None), (3, Role.ORDONNATEUR)]
"""What thirty days bring to each: two reminders, then the opening to the role above."""


@pytest.fixture
def region(tmp_path: Path) -> Iterator[Region]:
    with ouvrir_store(tmp_path, repetition=True) as (services, _):
        yield region_a_visas(services)


def region_a_visas(services: Services) -> Region:
    """Open a campagne whose visas are reminded, beside the example one."""
    campagne = la_campagne(2026, CAMPAGNE)
    fichier = FichierRecu(campagne.nom, campagne.contenu + VISAS.encode())
    faire(services, "campagne ouvrir", "admin", fichier=fichier)
    return installer_region(services)


def proposer(region: Region, nombre: int = 1) -> list[str]:
    refs = [region.faire("dossier deposer", "ines", **un_depot(PIECES, CAMPAGNE)).ref for _ in range(nombre)]
    region.moteur()
    for ref in refs:
        region.faire("dossier declarer-complet", "ines", dossier=ref)
        region.faire("dossier proposer", "ines", dossier=ref)
    return refs


def test_un_visa_dit_l_acte_de_l_absence_ou_de_l_habilitation_sur_lequel_il_repose(region: Region) -> None:
    (ref,) = proposer(region)
    region.faire("agent enregistrer", "admin", identifiant="olga", roles="ordonnateur")
    jour = jour_de(region.services.maintenant())
    absence = {"agent": "rene", "suppleant": "fanny", "du": jour, "au": jour + timedelta(days=3)}
    region.faire("absence declarer", "admin", acte="note n° 12 (exemple fictif)", **absence)
    region.faire("dossier viser", "fanny", dossier=ref)
    assert not region.dossier(ref).proposition_visee
    region.faire("dossier viser", "olga", dossier=ref)
    actes = [(i.fait.acte, i.entete.habilitation) for i in region.dossier(ref).inscriptions if isinstance(i.fait, Vise)]
    rene = region.services.store.charger(Agent, id_agent("rene"))
    (absence_de_rene,) = rene.absences.values()
    assert absence_de_rene.acte is not None
    assert actes == [(absence_de_rene.acte, "responsable (supplée rene)"), (None, "ordonnateur")]


def test_un_conflit_d_interets_declare_par_la_commande_est_un_refus(region: Region) -> None:
    (ref,) = proposer(region)
    region.faire("dossier declarer-interet", "rene", dossier=ref, motif="membre du bureau (exemple fictif)")
    with pytest.raises(InteretEnCause):
        region.faire("dossier viser", "rene", dossier=ref)
    retrait = {"agent": "rene", "motif": "il a quitté ce bureau (exemple fictif)"}
    with pytest.raises(QuatreYeux):
        region.faire("dossier retirer-interet", "rene", dossier=ref, **retrait)
    region.faire("agent enregistrer", "admin", identifiant="rosa", roles="responsable")
    region.faire("dossier retirer-interet", "rosa", dossier=ref, **retrait)
    region.faire("dossier viser", "rene", dossier=ref)
    phrases = [ligne["phrase"] for ligne in historique(region.services, region.dossier(ref).id, Moment())]
    assert "Intérêt déclaré par l’agent rene retiré : il a quitté ce bureau (exemple fictif)." in phrases


def test_des_milliers_de_visas_attendus_chaque_rappel_et_chaque_escalade_dans_l_ordre_une_fois(region: Region) -> None:
    refs = proposer(region, NOMBRE)
    enregistreur = region.services.store.enregistreur
    enregistreur.regler_horloge(region.services.maintenant() + timedelta(days=30))
    for _ in range(2):
        faire_ce_qui_est_du(region.services, 0, "cli")
    dits: Counter[tuple[int, Role | None]] = Counter()
    for ref in refs:
        faits = [i.fait for i in region.services.store.inscriptions(identifiant("dossier", ref))]
        rappels = [(fait.rang, fait.escalade) for fait in faits if isinstance(fait, VisaRappele)]
        assert rappels == PAR_VISA, ref
        dits.update(rappels)
    assert dits == dict.fromkeys(PAR_VISA, NOMBRE)

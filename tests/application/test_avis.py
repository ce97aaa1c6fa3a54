"""Avis of the services that a règlement lists, from the outside: in its délai, k of n, reminded, late, asked no more (transition 13)."""

import json
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest

from aggregates.dossier.avis import DelaiDuReglement, ServiceNonConsulte
from aggregates.dossier.ecrits import EtatDocument, NatureDocument
from application import editions
from application.commandes import FichierRecu
from application.consultations.dossier import voir
from application.consultations.historique import historique
from application.consultations.moment import Moment
from kernel.instants import debut_de_jour
from kernel.refus import Refus, SaisieInvalide
from scenarios.institution import SERVICE
from tests.application.seance import Region
from tests.moteur import EXEMPLES, PIECES, sans_verification, un_depot
from tests.web.fabrique import Site, devant_le_store

_SERVICES = """
  avis:
    - {code: ville, libelle: Ville (exemple), source: "exemple fictif, art. 9", delai: 21 jours, repute_rendu: true, rappels: [14 jours]}
    - {code: prefet, libelle: Préfet (exemple), source: "exemple fictif, art. 10", delai: 1 mois}
    - {code: comite, libelle: Comité (exemple), source: "exemple fictif, art. 11", delai: 1 mois, experts: 3, minimum: 2}
"""
AVIS_RAPPELES = (EXEMPLES / "campagne.yaml").read_text(encoding="utf-8").replace("NQE-2026", "REF").replace(
    "ouvre_le: 2026-01-05", "ouvre_le: 2026-01-01"
).replace("ferme_le: 2026-03-31", "ferme_le: 2026-12-31").rstrip() + _SERVICES


def au(region: Region, jour: date) -> None:
    region.services.store.enregistreur.regler_horloge(debut_de_jour(jour) + timedelta(hours=9))
    region.moteur()


@pytest.fixture
def ref(region: Region) -> str:
    """A complete dossier of a campagne whose règlement lists three services, on 12 January 2026."""
    au(region, date(2026, 1, 12))
    region.faire(
        "campagne ouvrir", "admin", fichier=FichierRecu("c.yaml", AVIS_RAPPELES.replace("REF", "AVIS-2026").encode())
    )
    depot = un_depot(PIECES)
    document = json.loads(depot["depot"].contenu) | {"campagne": "AVIS-2026"}
    depose = region.faire(
        "dossier deposer", "ines", depot=FichierRecu("d.json", json.dumps(document).encode()), jointes=depot["jointes"]
    )
    region.moteur()
    region.faire("dossier verifier-pieces", "ines", dossier=depose.ref)
    region.faire("dossier verifier-pieces", "ines", dossier=depose.ref)
    region.faire("dossier declarer-complet", "ines", dossier=depose.ref)
    return depose.ref


def consulter(region: Region, ref: str, *services: str) -> None:
    """Ask these services, by a letter that each has the same day."""
    for service in services:
        region.faire("dossier demander-avis", "ines", dossier=ref, aupres_de=service)
        for version, expert in region.dossier(ref).a_remettre.items():
            lettre = FichierRecu("lettre.txt", f"demande à {expert}".encode())
            region.faire("dossier enregistrer-remise", "ines", dossier=ref, demande=version, fichier=lettre)


def avis_attendus(region: Region, ref: str) -> dict[str, str | None]:
    """Return the échéance of each avis awaited, by its objet."""
    lus = voir(region.services, ref, Moment())["attentes"]
    return {a["objet"]: a["echeance"] for a in lus if a["code"].startswith("avis")}


def test_transition_13_seul_un_service_de_la_liste_est_consulte_dans_le_delai_du_reglement(
    region: Region, ref: str
) -> None:
    with pytest.raises(ServiceNonConsulte):
        region.faire("dossier demander-avis", "ines", dossier=ref, aupres_de="caf", delai="21 jours")
    with pytest.raises(DelaiDuReglement):
        region.faire("dossier demander-avis", "ines", dossier=ref, aupres_de="ville", delai="8 jours")
    consulter(region, ref, "ville")
    assert avis_attendus(region, ref) == {"ville": "2026-02-02T23:00:00Z"}
    (avis,) = region.dossier(ref).avis
    assert (avis.delai.source, avis.delai.nature.value) == ("exemple fictif, art. 9", "reglement")
    assert not avis.hors_liste


def test_un_reglement_sans_liste_laisse_consulter_qui_l_on_veut_dans_le_delai_donne_ou_le_sien(region: Region) -> None:
    (autre,) = region.instruire(1, viser=False)
    region.faire("dossier renvoyer", "rene", dossier=autre, motif="à soumettre à la ville")
    region.faire("dossier demander-avis", "ines", dossier=autre, aupres_de="caf", delai="8 jours")
    region.faire("dossier demander-avis", "ines", dossier=autre, aupres_de="ville")
    donne, fixe = (avis.delai for avis in region.dossier(autre).avis)
    assert all(avis.hors_liste for avis in region.dossier(autre).avis)
    phrases = [fait["phrase"] for fait in historique(region.services, region.dossier(autre).id, Moment())]
    assert "Avis demandé : caf. Le règlement ne liste aucun service à consulter." in phrases
    assert (donne.duree, donne.nature.value) == ("8 jours", "usage")
    assert (fixe.duree, fixe.source, fixe.nature.value) == ("3 semaines", "exemple fictif", "reglement")
    assert list(avis_attendus(region, autre)) == ["caf", "ville"]


def test_un_reglement_qui_ne_fixe_aucun_delai_d_avis_le_fait_donner(region: Region) -> None:
    au(region, date(2026, 1, 12))
    lignes = AVIS_RAPPELES.replace("REF", "NQE-SANS").removesuffix(_SERVICES).splitlines()
    sans = "\n".join(ligne for ligne in lignes if not ligne.lstrip().startswith("delai_avis:"))
    region.faire("campagne ouvrir", "admin", fichier=FichierRecu("c.yaml", sans_verification(sans).encode()))
    depose = region.faire("dossier deposer", "ines", **un_depot(campagne="NQE-SANS")).ref
    region.moteur()
    region.faire("dossier declarer-complet", "ines", dossier=depose)
    with pytest.raises(SaisieInvalide) as refus:
        region.faire("dossier demander-avis", "ines", dossier=depose, aupres_de="caf")
    assert refus.value.champs["champ"] == "delai"


def test_transition_13_repute_rendu_seulement_ou_le_reglement_le_dit_et_rappele_une_fois(
    region: Region, ref: str
) -> None:
    consulter(region, ref, "ville", "prefet")
    au(region, date(2026, 1, 27))
    faits = [i.fait.topic for i in region.services.store.inscriptions(region.dossier(ref).id)]
    assert faits.count("dossier.avis_rappele.v1") == 1
    au(region, date(2026, 3, 1))
    assert region.dossier(ref).avis_rendus == {"ville": "repute_rendu"}
    assert list(avis_attendus(region, ref)) == ["prefet"], "late, and awaited still"


def test_un_rappel_est_ecrit_une_fois_a_qui_la_demande_fut_envoyee(region: Region, ref: str) -> None:
    """Asked again after it was revoked, it is another demande: reminded, and réputé rendu, by itself."""
    region.faire("dossier demander-avis", "ines", dossier=ref, aupres_de="ville")
    envoi = {"dossier": ref, "aupres_de": "ville", "courriel": "ville@exemple.invalid"}
    region.faire("campagne declarer-service", "admin", campagne="AVIS-2026", **SERVICE)
    region.faire("dossier envoyer-demande-avis", "ines", **envoi)
    region.moteur()
    au(region, date(2026, 1, 27))
    au(region, date(2026, 1, 28))
    rappels = [d for d in region.dossier(ref).documents.values() if d.nature is NatureDocument.RAPPEL]
    assert [(d.destinataire, d.etat) for d in rappels] == [("ville", EtatDocument.ENVOYE)]
    assert editions.refaire(region.services, str(rappels[0].edition)).identique
    au(region, date(2026, 3, 1))
    region.faire("dossier revoquer-avis", "ines", dossier=ref, aupres_de="ville", motif="redemandé, exemple fictif")
    region.faire("dossier demander-avis", "ines", dossier=ref, aupres_de="ville")
    region.faire("dossier envoyer-demande-avis", "ines", **envoi)
    region.moteur()
    assert "ville" in avis_attendus(region, ref), "the silence kept on the first answers nothing of the second"
    au(region, date(2026, 3, 16))
    assert [d.nature for d in region.dossier(ref).documents.values()].count(NatureDocument.RAPPEL) == 2
    au(region, date(2026, 4, 30))
    assert region.dossier(ref).avis_rendus == {"ville": "repute_rendu"}


def test_un_avis_tardif_se_garde_et_se_dit(region: Region, ref: str, tmp_path: Path) -> None:
    consulter(region, ref, "ville")
    au(region, date(2026, 2, 10))
    region.faire(
        "dossier rendre-avis", "ines", dossier=ref, aupres_de="ville", sens="defavorable", texte="trop bruyant"
    )
    assert region.dossier(ref).avis_rendus == {"ville": "defavorable"}
    with devant_le_store(region.services, f"sqlite:///{tmp_path / 'essai.db'}") as application:
        page = unescape(Site(application, region.services, {}).client_de("ines").get(f"/dossiers/{ref}").text)
    assert "après l’échéance" in page
    assert "trop bruyant" in page


def test_transition_13_deux_experts_sur_trois_suffisent(region: Region, ref: str) -> None:
    region.faire("dossier demander-avis", "ines", dossier=ref, aupres_de="comite")
    assert list(avis_attendus(region, ref)) == ["comite", "comite-1", "comite-2", "comite-3"]
    region.faire("dossier rendre-avis", "ines", dossier=ref, aupres_de="comite-2", sens="favorable")
    assert list(avis_attendus(region, ref)) == ["comite", "comite-1", "comite-3"]
    region.faire("dossier rendre-avis", "ines", dossier=ref, aupres_de="comite-3", sens="reserve")
    assert avis_attendus(region, ref) == {}
    region.faire("dossier rendre-avis", "ines", dossier=ref, aupres_de="comite-1", sens="favorable")
    assert len(region.dossier(ref).avis_rendus) == 3, "the third one is kept"


def test_une_demande_d_avis_se_revoque_tant_qu_il_n_est_pas_rendu(region: Region, ref: str) -> None:
    region.faire("dossier demander-avis", "ines", dossier=ref, aupres_de="prefet")
    region.faire(
        "dossier revoquer-avis", "ines", dossier=ref, aupres_de="prefet", motif="le projet ne le concerne plus"
    )
    assert avis_attendus(region, ref) == {}
    with pytest.raises(Refus) as refus:
        region.faire("dossier rendre-avis", "ines", dossier=ref, aupres_de="prefet", sens="favorable")
    assert refus.value.code == "avis_non_demande"
    region.faire("dossier demander-avis", "ines", dossier=ref, aupres_de="ville")
    region.faire("dossier rendre-avis", "ines", dossier=ref, aupres_de="ville", sens="favorable")
    with pytest.raises(Refus) as refus:
        region.faire("dossier revoquer-avis", "ines", dossier=ref, aupres_de="ville", motif="trop tard")
    assert refus.value.code == "deja_decide_autrement"

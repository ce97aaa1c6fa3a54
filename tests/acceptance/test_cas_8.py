"""Case 8 of the domain file, on the real engine: an accusé never sent, late or without remedies; the dossier attacked years later."""

from datetime import date
from html import unescape
from typing import Any

import pytest

from application.commandes import FichierRecu
from scenarios.institution import SERVICE
from tests.acceptance.vie import Vie
from tests.application.test_recours import GRACIEUX
from tests.moteur import PIECES, un_depot
from tests.web.fabrique import Site, devant_le_store

pytestmark = pytest.mark.temporal


def non_opposables(vie: Vie, ref: str) -> str:
    document = vie.vu(ref)
    assert ("delais_non_opposables" in document["drapeaux"]) is (document["delais_non_opposables"] is not None)
    return document["delais_non_opposables"] or ""


def declarer_le_service(vie: Vie) -> None:
    vie.faire("campagne declarer-service", "admin", campagne="NQE-2026", **SERVICE)


def enregistrer_accuse(vie: Vie, ref: str, voies_de_recours: str) -> None:
    copie = FichierRecu("accuse.pdf", b"accuse de la plateforme, exemple fictif")
    vie.faire("dossier enregistrer-accuse", dossier=ref, fichier=copie, voies_de_recours=voies_de_recours)


async def test_cas_8_sans_accuse_les_delais_ne_sont_pas_opposables_et_le_recours_vient_des_annees_apres(
    vie: Vie,
) -> None:
    ref = await vie.deposer()
    papier = await vie.deposer(depot=en_papier())
    complet = await vie.deposer()
    enregistrer_accuse(vie, complet, "oui")
    attendu = vie.attentes(ref)["accuse_reception"]
    assert (attendu["de"], attendu["nature"]) == ("instructeur", "loi")
    assert attendu["echeance"] == "2026-01-19T23:00:00Z", "ten working days after Monday 5 January"
    assert vie.attentes(papier)["accuse_reception"]["echeance"] is None
    await vie.aller(date(2026, 1, 19), 23)
    assert non_opposables(vie, ref) == ""
    await vie.aller(date(2026, 1, 20))
    assert non_opposables(vie, ref) == "accusé de réception non délivré (CRPA, art. L112-6 et L112-12)"
    await vie.aller(date(2026, 3, 5), 23)
    assert non_opposables(vie, papier) == ""
    await vie.aller(date(2026, 3, 6))
    assert "non délivré" in non_opposables(vie, papier), "on paper, when a refusal is born that nobody announced"

    await vie.aller(date(2029, 6, 4))
    assert list(vie.dossier(ref).rejets_implicites.values()) == [date(2026, 3, 5)]
    vie.faire("dossier enregistrer-recours", dossier=ref, **GRACIEUX)
    await vie.aller(date(2029, 8, 6))
    assert "Recours n° 1 rejeté par le silence gardé jusqu’au 04/08/2029" in " ".join(vie.phrases(ref))
    contentieux: dict[str, Any] = {**GRACIEUX, "nature": "contentieux", "texte": "Requête (exemple fictif)."}
    vie.faire("dossier enregistrer-recours", dossier=ref, **contentieux)
    assert vie.attentes(ref)["recours"]["echeance"] is None, "a judge does not answer by silence"
    assert "non délivré" in non_opposables(vie, ref)
    assert non_opposables(vie, complet) == ""
    with devant_le_store(vie.services, vie.moteur.base) as application:
        page = unescape(Site(application, vie.services, {}).client_de("ines").get(f"/dossiers/{ref}").text)
    assert "Délais de recours non opposables au demandeur" in page
    assert vie.pilotes() == {"workflow"}


def en_papier() -> FichierRecu:
    """Return a request that came by post."""
    depot = un_depot(PIECES)["depot"]
    return FichierRecu(depot.nom, depot.contenu.replace(b"{", b'{"canal": "papier", ', 1))


async def test_cas_8_un_accuse_sans_voies_de_recours_ne_fait_courir_aucun_delai_et_un_complet_le_remplace(
    vie: Vie,
) -> None:
    ref = await vie.deposer()
    enregistrer_accuse(vie, ref, "non")
    assert "sans les voies et délais de recours" in non_opposables(vie, ref)
    await vie.aller(date(2026, 1, 12))
    declarer_le_service(vie)
    vie.faire("dossier accuser-reception", dossier=ref, canal="main_propre")
    assert non_opposables(vie, ref) == ""


async def test_cas_8_un_accuse_tardif_est_dit_avec_ses_deux_dates(vie: Vie) -> None:
    ref = await vie.deposer()
    declarer_le_service(vie)
    await vie.aller(date(2026, 2, 2))
    vie.faire("dossier accuser-reception", dossier=ref)
    await vie.repos()
    assert non_opposables(vie, ref) == (
        "accusé de réception délivré le 02/02/2026, après le 19/01/2026 (CRPA, art. R112-11-2 et L112-12)"
    )

"""The examination of a request through its gestes: what is typed goes to the coffre, or is refused."""

from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape
from typing import Any

import pytest

from aggregates.agents import RoleManquant
from aggregates.dossier import Dossier
from aggregates.dossier.motifs import MotifRetenu
from application.commandes import FichierRecu
from application.consultations import dossier as consultation
from application.consultations.moment import Moment
from application.sans_moteur import faire_ce_qui_est_du
from cli import fiches
from dispositifs.eligibilite import Perimetre
from kernel.refus import SaisieInvalide
from tests.application.bureau import SQLITE_SUFFIT, Atelier, de, envoyer
from tests.moteur import AVEC_GRILLE, CRITERES, GRILLE, la_campagne, un_depot
from tests.web.fabrique import Site, devant_le_store


def avec_criteres(services: Any) -> str:
    """Open the example campagne with its grid, and bring a request to its complétude."""
    envoyer(services, "campagne ouvrir", de("admin"), fichier=la_campagne(2026, AVEC_GRILLE))
    ref = envoyer(services, "dossier deposer", de(), **un_depot(campagne=AVEC_GRILLE)).ref
    envoyer(services, "dossier verifier-pieces", de(), dossier=ref)
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


INELIGIBLE = """\
  depenses_refusees: {valeur: ["60"], depuis: 2026-01-01, source: "exemple fictif", verifie_le: 2026-01-02}
  commencement_apres: {valeur: vote, depuis: 2026-01-01, source: "exemple fictif", verifie_le: 2026-01-02}
"""


@SQLITE_SUFFIT
def test_transition_11_chaque_ineligibilite_est_un_motif_des_le_depot_et_ne_laisse_qu_un_rejet(
    atelier: Atelier,
) -> None:
    services = atelier.services
    contenu = la_campagne(2026, "NQE-2026-C").contenu.replace(b"debut: 2026-07-01", b"debut: 2026-08-01")
    envoyer(services, "campagne ouvrir", de("admin"), fichier=FichierRecu("c.yaml", contenu + INELIGIBLE.encode()))
    depot = un_depot(campagne="NQE-2026-C")
    ailleurs = depot["depot"].contenu.replace(b"QN05981M", b"QN00201M").replace(b'"2026-07-01"', b'"2026-01-02"')
    services = replace(services, perimetres=(Perimetre(version="essai", du=date(2024, 1, 1), quartiers={"QN05981M"}),))
    ref = envoyer(services, "dossier deposer", de(), **depot | {"depot": FichierRecu("depot.json", ailleurs)}).ref
    releves = [(m.code, m.objet) for m in services.trouver(Dossier, ref).motifs_sans_reponse]
    assert releves == [
        ("territoire", ""),
        ("periode", ""),
        ("nature_des_depenses", "60"),
        ("commencement_anticipe", ""),
    ]
    vu = consultation.voir(services, ref, Moment())
    assert [(m["code"], m["objet"]) for m in vu["motifs"]] == releves
    assert vu["eligibilite"]["debut"] == "2026-01-02"
    dits = fiches.dossier(vu)
    assert all(f"  {m['motif']} : attend une réponse" in dits for m in vu["motifs"])
    with devant_le_store(services, atelier.base) as application:
        page = unescape(Site(application, services, {}).client_de("ines").get(f"/dossiers/{ref}").text)
    assert all(m["motif"] in page for m in vu["motifs"])
    envoyer(services, "dossier declarer-complet", de(), dossier=ref)
    for code, _ in releves:
        options = {"motif": code, "sens": "retenu", "justification": "hors du règlement (exemple)"}
        envoyer(services, "dossier repondre-motif", de(), dossier=ref, **options)
    with pytest.raises(MotifRetenu):
        envoyer(services, "dossier proposer", de(), dossier=ref)


@SQLITE_SUFFIT
def test_transition_11_un_demandeur_hors_du_reglement_est_un_motif_des_que_sa_nature_est_connue(
    atelier: Atelier,
) -> None:
    services = atelier.services
    depot = un_depot()
    ref = envoyer(services, "dossier deposer", de(), **depot).ref
    faire_ce_qui_est_du(services, 0, "cli")
    tiers = str(services.trouver(Dossier, ref).tiers_id)
    commune = {"categorie": "7210", "du": date(2020, 1, 1), "source": "avis de situation (exemple)"}
    envoyer(services, "tiers declarer-nature", de(), tiers=tiers, **commune)
    faire_ce_qui_est_du(services, 0, "cli")
    motifs = services.trouver(Dossier, ref).motifs_sans_reponse
    assert [(motif.code, motif.objet) for motif in motifs] == [("demandeur", "7210")]


@SQLITE_SUFFIT
def test_transition_14_un_projet_autorise_commence_avant_le_vote_sans_motif(atelier: Atelier) -> None:
    services = atelier.services
    borne = INELIGIBLE.splitlines(keepends=True)[1].encode()
    contenu = la_campagne(2026, "NQE-2026-D").contenu + borne
    envoyer(services, "campagne ouvrir", de("admin"), fichier=FichierRecu("c.yaml", contenu))
    refs = [envoyer(services, "dossier deposer", de(), **un_depot(campagne="NQE-2026-D")).ref for _ in range(2)]
    autorisation = {"a_partir_du": date(2026, 6, 15), "acte": "arrêté 2026-12, par délégation (exemple)"}
    with pytest.raises(RoleManquant):
        envoyer(services, "dossier autoriser-demarrage-anticipe", de(), dossier=refs[0], **autorisation)
    envoyer(services, "dossier autoriser-demarrage-anticipe", de("rene"), dossier=refs[0], **autorisation)
    vu = consultation.voir(services, refs[0], Moment())
    assert "demarrage_autorise" in vu["drapeaux"]
    assert vu["eligibilite"]["demarrage_autorise"] == "2026-06-15"
    horloge: Any = services.store.enregistreur
    horloge.regler_horloge(datetime(2026, 7, 10, 8, tzinfo=UTC))
    for ref, attendus in zip(refs, ([], ["commencement_anticipe"]), strict=True):
        envoyer(services, "dossier examiner-eligibilite", de(), dossier=ref)
        assert [motif.code for motif in services.trouver(Dossier, ref).motifs_sans_reponse] == attendus


@SQLITE_SUFFIT
@pytest.mark.parametrize("justification", ["", "   ", "x", "...", "ee"])
def test_une_justification_vide_ou_d_un_seul_signe_est_refusee(atelier: Atelier, justification: str) -> None:
    ref = avec_criteres(atelier.services)
    avant = atelier.compte
    with pytest.raises(SaisieInvalide):
        envoyer(*(atelier.services, "dossier apprecier", de()), dossier=ref, appreciations=[une("rev3", justification)])
    assert (atelier.compte.faits, atelier.compte.textes) == (avant.faits, avant.textes)

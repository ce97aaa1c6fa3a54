"""Recours, from the outside: gestes of people, the engine's own facts, the document and the page of the dossier."""

from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest

from aggregates.dossier import Dossier, Etat
from aggregates.dossier.conservation import ce_qui_empeche_de_clore
from aggregates.dossier.etat import id_subvention_du
from aggregates.dossier.recours import RienAAttaquer, issue_du_recours
from aggregates.subvention import Subvention
from application.consultations.dossier import voir
from application.consultations.moment import Moment
from application.reactions import argent
from kernel.instants import debut_de_jour
from tests.application.argent import attribuer
from tests.application.seance import UNANIME, Region
from tests.moteur import PIECES, deposer
from tests.web.fabrique import Site, devant_le_store

GRACIEUX = {"nature": "gracieux", "par": "demandeur", "contre": "rejet_implicite", "texte": "Le silence me lèse."}


def au(region: Region, jour: date) -> None:
    """Let the days pass until that one, and the engine do what became due."""
    region.services.store.enregistreur.regler_horloge(debut_de_jour(jour) + timedelta(hours=9))
    region.moteur()


def drapeaux(region: Region, ref: str) -> list[str]:
    lus: list[str] = voir(region.services, ref, Moment())["drapeaux"]
    return [drapeau for drapeau in lus if drapeau != "delais_non_opposables"]


def test_transition_48_un_recours_gracieux_interrompt_et_deux_mois_de_silence_le_rejettent(region: Region) -> None:
    ref = deposer(region.services, pieces=PIECES, le=None, lot=None).ref
    region.moteur()
    with pytest.raises(RienAAttaquer):
        region.faire("dossier enregistrer-recours", "ines", dossier=ref, **GRACIEUX)
    au(region, date(2026, 3, 20))
    region.faire("dossier enregistrer-recours", "ines", dossier=ref, **GRACIEUX)
    region.faire("dossier demander-motifs-du-rejet", "ines", dossier=ref)
    assert drapeaux(region, ref) == ["rejet_implicite_ne", "recours_en_cours"]
    attendus = {a["code"]: a for a in voir(region.services, ref, Moment())["attentes"]}
    assert (attendus["recours"]["de"], attendus["recours"]["fondement"]) == ("responsable", "CRPA, art. L411-7")
    assert attendus["recours"]["echeance"] == "2026-05-20T22:00:00Z"
    assert attendus["motifs_du_rejet"]["echeance"] == "2026-04-20T22:00:00Z"
    au(region, date(2026, 5, 21))
    assert issue_du_recours(region.dossier(ref).recours[1]) == "rejete_par_silence"
    assert drapeaux(region, ref) == ["rejet_implicite_ne"]


def test_transition_48_un_tiers_attaque_la_decision_et_son_delai_repart(region: Region, tmp_path: Path) -> None:
    (ref,) = region.instruire(1)
    region.ouvrir_credits()
    region.tenir_seance()
    rapport = region.preparer([ref])
    region.voter(rapport, UNANIME)
    region.rendre_executoire(rapport)
    region.moteur()
    tiers = {"nature": "gracieux", "par": "tiers", "contre": "decision", "texte": "Cette aide fausse la concurrence."}
    region.faire("dossier enregistrer-recours", "ines", dossier=ref, **tiers)
    au(region, date(2026, 9, 1))
    with devant_le_store(region.services, f"sqlite:///{tmp_path / 'essai.db'}") as application:
        client = Site(application, region.services, {}).client_de("ines")
        page = unescape(client.get(f"/dossiers/{ref}").text).replace("\u00a0", " ")
    assert "Recours gracieux n° 1" in page
    assert "Rejeté par le silence" in page
    assert "le délai de recours contentieux court de nouveau, jusqu’au 19 octobre 2026 (CRPA, art. L411-2)" in page
    assert "Cette aide fausse la concurrence." in page
    assert "<strong>Recours</strong>" in page


def test_cas_6_le_recours_contre_un_rejet_implicite_est_sans_objet_une_fois_l_aide_votee(region: Region) -> None:
    """The silence lasted while the sitting was awaited; the recours filed meanwhile ends with the award."""
    (ref,) = region.instruire(1)
    region.ouvrir_credits()
    au(region, date(2026, 6, 2))
    region.faire("dossier enregistrer-recours", "ines", dossier=ref, **GRACIEUX)
    region.tenir_seance()
    rapport = region.preparer([ref])
    region.voter(rapport, UNANIME)
    region.rendre_executoire(rapport)
    region.moteur()
    assert region.dossier(ref).issue == "attribue"
    assert issue_du_recours(region.dossier(ref).recours[1]) == "sans_objet"
    assert "recours_en_cours" not in drapeaux(region, ref)


def test_un_recours_forme_pendant_que_le_moteur_clot_le_trouve_a_l_essai_suivant(
    region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine saw nothing that keeps it open, then the recours came: its closing is refused, and tried again."""
    (ref,) = attribuer(region)
    vues: list[str | None] = []

    def est_fini() -> bool:
        subvention = id_subvention_du(region.dossier(ref).id)
        return region.services.store.charger(Subvention, subvention).dossier_clos

    def voir_puis_recevoir_un_recours(dossier: Dossier) -> str | None:
        vues.append(ce_qui_empeche_de_clore(dossier))
        if len(vues) == 1:
            recours = {"nature": "gracieux", "par": "tiers", "contre": "decision", "texte": "Cette aide est illégale."}
            region.faire("dossier enregistrer-recours", "ines", dossier=ref, **recours)
        return vues[-1]

    monkeypatch.setattr(argent, "ce_qui_empeche_de_clore", voir_puis_recevoir_un_recours)
    region.faire("subvention renoncer", "fanny", subvention=ref, motif="exemple fictif")
    region.moteur()
    assert vues[0] is None
    assert not est_fini(), "refused: cloture_empechee"
    region.moteur()
    assert (vues[-1] is not None, len(vues)) == (True, 2)
    assert est_fini(), "the dossier learned that its subvention is over: people close it"
    assert region.dossier(ref).etat is Etat.DECIDE
    region.moteur()
    assert len(vues) == 2, "nothing is tried again"
    region.faire("dossier retirer-recours", "ines", dossier=ref, recours=1, motif="exemple fictif")
    region.faire("dossier clore", "ines", dossier=ref)
    assert region.dossier(ref).etat is Etat.CLOS

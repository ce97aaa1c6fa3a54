"""Two aggregates that await one act are one row: a dossier tells what is awaited where its geste is done."""

from typing import Any

from application.consultations import dossier as consultation
from application.consultations.historique import attentes_de
from application.consultations.moment import Moment
from tests.application.argent import attribuer, fixer, mandater, ref_bordereau, signer, valider_iban
from tests.application.seance import Region


def lignes(region: Region, ref: str) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return the code, the role and the gestes of what a dossier awaits, as its page and its command show it."""
    vues: list[dict[str, Any]] = consultation.voir(region.services, ref, Moment())["attentes"]
    assert vues == attentes_de(region.services, "dossier", ref, Moment())
    return [(a["code"], a["de"], [(g["geste"], g["ref"]) for g in a["gestes"]]) for a in vues]


def test_un_dossier_inscrit_attend_le_vote_de_son_rapport(region: Region) -> None:
    region.ouvrir_credits()
    refs = region.instruire(2)
    region.faire("seance prevoir", "aline", jour="2026-06-18")
    rapport = region.preparer(refs)
    voter = [("deliberation voter", rapport)]
    lues = [lue for lue in lignes(region, refs[0]) if lue[0] != "accuse_reception"]
    assert lues == [("vote", "assemblees", voter), ("silence", "assemblees", voter)]


def test_un_dossier_decide_attend_ce_qu_attend_sa_subvention_jusqu_au_bordereau(region: Region) -> None:
    (ref,) = attribuer(region)
    assert [code for code, _, _ in lignes(region, ref)] == ["nature_inconnue", "echeancier"]
    fixer(region, ref, "unique:100%")
    valider_iban(region, ref)
    region.moteur()
    assert lignes(region, ref) == [
        ("liquidation", "finance", [("subvention liquider", f"SUB-{ref}"), ("subvention renoncer", f"SUB-{ref}")])
    ]
    mandater(region, ref)
    assert lignes(region, ref) == [("bordereau", "SYSTEME", [])]
    region.moteur()
    bordereau = ref_bordereau(region, ref)
    assert lignes(region, ref) == [
        ("signature", "ordonnateur", [("bordereau signer", bordereau), ("bordereau retirer-mandat", bordereau)])
    ]
    signer(region, bordereau)
    assert [code for code, _, _ in lignes(region, ref)] == ["paiement"]

"""The nature of a tiers reaches each of its dossiers, whenever it is said; a commune has no silence and owes no convention by law."""

from datetime import date

import pytest

from aggregates.dossier.etat import id_subvention_du
from aggregates.dossier.silence import echeance_du_silence
from aggregates.subvention import Subvention
from application.consultations.dossier import voir
from application.consultations.moment import Moment
from application.gestes.subvention import NatureInconnue
from tests.application.seance import UNANIME, Region

COMMUNE, ASSOCIATION = "7210", "9220"
DEPUIS = date(1990, 1, 1)


def dire(region: Region, dossier: str, categorie: str) -> None:
    tiers = str(region.dossier(dossier).tiers_id)
    region.faire("tiers declarer-nature", "ines", tiers=tiers, categorie=categorie, du=DEPUIS, source="exemple fictif")
    region.moteur()


@pytest.mark.parametrize(("categorie", "court"), [(COMMUNE, False), (ASSOCIATION, True)])
def test_la_nature_dite_apres_le_depot_recompte_les_delais(region: Region, *, categorie: str, court: bool) -> None:
    (ref,) = region.instruire(1)
    dire(region, ref, categorie)
    assert (echeance_du_silence(region.dossier(ref)) is not None) is court


def test_le_rejet_ne_avant_qu_on_sache_est_repute_non_ne_meme_apres_le_vote(region: Region) -> None:
    region.ouvrir_credits()
    (ref,) = region.instruire(1)
    region.tenir_seance()
    rapport = region.preparer([ref])
    assert region.dossier(ref).porte_un_rejet_implicite
    region.voter(rapport, UNANIME)
    region.moteur()
    dire(region, ref, COMMUNE)
    dossier = region.dossier(ref)
    assert (dossier.rejets_implicites, echeance_du_silence(dossier)) == ({}, None)
    assert [i.fait.topic for i in dossier.inscriptions][-2:] == [
        "dossier.nature_constatee.v1",
        "dossier.rejet_implicite_repute_non_ne.v1",
    ]


@pytest.mark.parametrize(("categorie", "exigee"), [(COMMUNE, False), (ASSOCIATION, True), (None, True)])
def test_la_convention_de_la_loi_ne_vaut_que_pour_le_droit_prive(
    region: Region, monkeypatch: pytest.MonkeyPatch, *, categorie: str | None, exigee: bool
) -> None:
    monkeypatch.setattr("application.loi.seuil_convention_centimes", lambda _: 1)
    region.ouvrir_credits()
    (ref,) = region.instruire(1)
    if categorie is not None:
        dire(region, ref, categorie)
    if categorie == COMMUNE:  # the règlement of the example admits associations only
        reponse = {"motif": "demandeur", "sens": "leve", "justification": "admise par la commission (exemple)"}
        region.faire("dossier repondre-motif", "ines", dossier=ref, **reponse)
    region.tenir_seance()
    rapport = region.preparer([ref])
    region.voter(rapport, UNANIME)
    region.rendre_executoire(rapport)
    region.moteur()
    subvention = region.services.store.charger(Subvention, id_subvention_du(region.dossier(ref).id))
    assert subvention.convention_exigee is exigee


def attribuer_sans_nature(region: Region, monkeypatch: pytest.MonkeyPatch) -> str:
    """Award to somebody of whom nobody said what legal person it is; a convention is due by law from one cent on."""
    monkeypatch.setattr("application.loi.seuil_convention_centimes", lambda _: 1)
    region.ouvrir_credits()
    (ref,) = region.instruire(1)
    region.tenir_seance()
    rapport = region.preparer([ref])
    region.voter(rapport, UNANIME)
    region.rendre_executoire(rapport)
    region.moteur()
    return ref


@pytest.mark.parametrize(
    ("categorie", "convention", "jours"), [(COMMUNE, False, None), (ASSOCIATION, True, "60 jours")]
)
def test_une_nature_inconnue_bloque_la_convention_et_la_liquidation_puis_choisit_le_droit(
    region: Region, monkeypatch: pytest.MonkeyPatch, *, categorie: str, convention: bool, jours: str | None
) -> None:
    ref = attribuer_sans_nature(region, monkeypatch)
    for geste, champs in (("signer-convention", {}), ("liquider", {"echeance": 1})):
        with pytest.raises(NatureInconnue, match="« tiers declarer-nature »"):
            region.faire(f"subvention {geste}", "fanny", subvention=ref, **champs)
    siret = region.dossier(ref).siret
    (attendue,) = [a for a in voir(region.services, ref, Moment())["attentes"] if a["code"] == "nature_inconnue"]
    assert attendue["de"] == "instructeur"
    assert [(g["geste"], g["ref"]) for g in attendue["gestes"]] == [("tiers declarer-nature", siret)]
    dire(region, ref, categorie)
    assert "nature_inconnue" not in {a["code"] for a in voir(region.services, ref, Moment())["attentes"]}
    subvention = region.services.store.charger(Subvention, id_subvention_du(region.dossier(ref).id))
    assert subvention.convention_exigee is convention
    if convention:
        region.faire("subvention signer-convention", "fanny", subvention=ref)
    subvention = region.services.store.charger(Subvention, subvention.id)
    assert (subvention.delai_paiement and subvention.delai_paiement.duree) == jours

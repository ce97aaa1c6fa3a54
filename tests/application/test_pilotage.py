"""What the pilotage counts, on each engine: how far, how much, how long, where; never more than the facts say."""

from pathlib import Path

from readmodels.file import pilotage
from tests.application.bureau import Atelier
from tests.application.seance import ENVELOPPE
from tests.application.vecue import campagne_vecue


def test_l_entonnoir_les_credits_les_durees_et_les_lieux(atelier: Atelier, tmp_path: Path) -> None:
    with campagne_vecue(atelier, tmp_path) as (region, lectures):
        etapes = {lue["etape"]: lue for lue in pilotage.entonnoir(lectures, "NQE-2026")}
        comptes = {nom: lue["dossiers"] for nom, lue in etapes.items()}
        assert comptes == {"depose": 4, "complet": 4, "instruit": 4, "propose": 4, "vote": 3, "engage": 3, "paye": 1}
        votes = sum(region.dossier(ref).vote_centimes or 0 for ref in region.dossiers[:3])
        assert etapes["vote"]["centimes"] == etapes["engage"]["centimes"] == votes
        assert etapes["paye"]["centimes"] == votes // 3 * 70 // 100
        assert pilotage.entonnoir(lectures) == pilotage.entonnoir(lectures, "NQE-2026")
        assert {lue["dossiers"] for lue in pilotage.entonnoir(lectures, "AUTRE-2026")} == {0}

        (credits_lus,) = pilotage.enveloppes(lectures, "nqe-2026-")
        assert (credits_lus["ref"], credits_lus["vote_centimes"]) == (ENVELOPPE, 100_000_000)
        assert credits_lus["engage_centimes"] == votes
        assert credits_lus["paye_centimes"] == credits_lus["mandate_centimes"] == votes // 3 * 70 // 100
        assert pilotage.enveloppes(lectures, "pic-") == []

        durees = {lue["duree"]: lue for lue in pilotage.durees(lectures, "NQE-2026")}
        decision = (region.dossier(region.dossiers[0]).decide_le, region.dossier(region.dossiers[0]).depose_le)
        assert decision[0] is not None
        assert decision[1] is not None
        jours = (decision[0] - decision[1]).days
        assert durees["jours_decision"] == {
            "duree": "jours_decision",
            "nombre": 3,
            "mediane": jours,
            "neuf_sur_dix": jours,
        }
        assert [durees[nom]["nombre"] for nom in ("jours_completude", "jours_engagement", "jours_paiement")] == [
            4,
            3,
            1,
        ]

        (quartier,) = pilotage.territoire(lectures, "qpv", "NQE-2026")
        assert (quartier["code"], quartier["dossiers"], quartier["vote_centimes"]) == ("QN05981M", 4, votes)
        assert pilotage.territoire(lectures, "commune", "AUTRE-2026") == []

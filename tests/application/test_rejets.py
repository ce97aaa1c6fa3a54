"""What the comptable refused, read page by page, each refused échéance once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from aggregates.subvention import Subvention
from aggregates.subvention.etat import Rejet
from application.consultations.finances import refus_du_comptable
from application.numeros import id_de
from kernel.faits import Jalon
from readmodels.file.parcours import reperes
from readmodels.file.requetes import rejets
from tests.application.argent import fixer, mandater, ref_bordereau, signer, valider_iban
from tests.application.bureau import Atelier
from tests.application.vecue import campagne_vecue


def test_les_rejets_a_reprendre_viennent_d_abord_puis_les_derniers(atelier: Atelier, tmp_path: Path) -> None:
    with campagne_vecue(atelier, tmp_path) as (region, lectures):
        refs = region.dossiers[:3]
        fixees = refs[1:]
        for rang, ref in enumerate(fixees):
            valider_iban(region, ref, rang)
            fixer(region, ref)
            mandater(region, ref)
        mandater(region, refs[0], 2)
        region.moteur()
        signer(region, ref_bordereau(region, fixees[0]))
        for ref, echeance in ((refs[1], 1), (refs[2], 1), (refs[0], 2)):
            region.faire("subvention constater-rejet", "farid", subvention=ref, echeance=echeance, motif="iban_errone")
        region.faire("subvention liquider", "fanny", subvention=refs[2], echeance=1)
        lectures.rattraper("file")
        lus: list[tuple[UUID, int]] = []
        apres: str | None = ""
        while apres is not None:
            lu = rejets(lectures, apres=apres, limite=1)
            assert (lu["total"], lu["restants"]) == (3, 2)
            lus += [(ligne["id"], ligne["rang"]) for ligne in lu["lignes"]]
            apres = lu["suivant"]
        ids = [id_de("subvention", ref) for ref in refs]
        assert set(lus[:2]) == {(ids[0], 2), (ids[1], 1)}
        assert lus[2:] == [(ids[2], 1)], "what is taken up comes last"
        dits = refus_du_comptable(region.services, lus)
        assert [(dit.echeance, dit.rejet.motif, dit.etape is None) for dit in dits] == [
            *((rang, "iban_errone", True) for _, rang in lus[:2]),
            (1, "iban_errone", False),
        ]
        assert refus_du_comptable(region.services, [(ids[1], 2)]) == [], (
            "rows that are late name what is refused no more"
        )
        assert region.services.store.charger(Subvention, ids[0]).refuses.keys() == {2}


def test_de_deux_rejets_le_dernier_vient_d_abord() -> None:
    le = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    subvention = Subvention(uuid4(), ref="SUB-NQE-2026-0000")
    for rang, heures in ((1, 0), (2, 24), (3, 12)):
        subvention.rejets[rang] = Rejet(1, "iban_errone", Jalon(rang, le + timedelta(hours=heures)))
    cles = sorted(cle for genre, cle in reperes(subvention) if genre == "rejet")
    assert [int(cle.split()[-1]) for cle in cles] == [2, 3, 1]

"""What a large store is sown with is what commands write; projections say the same, however they came to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from aggregates.dossier import Dossier, Etat
from application.consultations.attendu import situations
from bench.atelier import Atelier, atelier
from bench.semis import semer
from bench.vies import CLOSE, EN_INSTRUCTION, FAITS_D_UNE_CLOSE, RECUE, anciennes, ouvertes
from bootstrap.lectures import Lectures
from bootstrap.lectures import lectures as ouvrir_lectures
from readmodels import base as lectures_de_base
from tests.adapters.store.falsifications import verifier
from tests.gestes import cle_de

VIES = [*[RECUE, EN_INSTRUCTION, CLOSE] * 4, *[RECUE] * 3]
FAITS = 4 * (6 + 11 + 21) + 3 * 6


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def seme(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Atelier]:
    base = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    with atelier(tmp_path, base) as a:
        assert semer(a.services, a.reglages.base, VIES) == FAITS
        yield a


def lignes(lectures: Lectures) -> dict[str, list[str]]:
    """Return every row of every projection, but for the serial number of attentes."""
    lues: dict[str, list[str]] = {}
    for projection in lectures.projections:
        with lectures.lire(projection) as (connexion, meta):
            for nom, table in meta.tables.items():
                colonnes = [colonne for colonne in table.columns if colonne.name != "rang"]
                trouvees = connexion.execute(sa.select(*colonnes))
                lues[nom.rpartition("_")[0].rpartition("_")[0]] = sorted(map(repr, trouvees))
    return lues


def test_les_flux_semes_sont_ceux_que_les_decisions_font(seme: Atelier) -> None:
    store = seme.services.store
    vues = [vue for vue in situations(store) if vue.agregat == "dossier"]
    assert sorted(vue.version for vue in vues) == sorted([6] * 7 + [11] * 4 + [21] * 4)
    assert {vue.etape for vue in vues} == {Etat.RECU.value, Etat.EN_INSTRUCTION.value, Etat.CLOS.value}
    maintenant = seme.services.maintenant()
    for vue in vues:
        assert vue.ouvert == (vue.etape != Etat.CLOS.value)
        assert all(du.instant > maintenant for du in vue.dus)
        assert store.charger(Dossier, vue.id).version == vue.version
        assert store.recu_de(cle_de(vue.inscriptions[-1].entete), "e" * 64) is not None


def test_une_commande_suit_dans_un_flux_seme(seme: Atelier) -> None:
    avant = seme.services.store.enregistreur.derniere_position()
    assert seme.deposer().position == avant + 1
    assert verifier(seme.services.store) == []


def test_par_petits_lots_ou_refaites_les_projections_disent_la_meme_chose(
    seme: Atelier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lectures_de_base, "LOT", 7)
    monkeypatch.setattr(lectures_de_base, "FLUX", 4)
    with ouvrir_lectures(seme.reglages, seme.services) as lectures:
        for nom in lectures.projections:
            lectures.reconstruire(nom)
        semer(seme.services, seme.reglages.base, VIES, premier=2_000_000)
        for nom in lectures.projections:
            lectures.rattraper(nom)
        rattrapees = lignes(lectures)
        for nom in lectures.projections:
            lectures.reconstruire(nom)
        assert lignes(lectures) == rattrapees
    assert len(rattrapees["chronologie"]) == seme.services.store.enregistreur.derniere_position()


def test_on_seme_ce_qu_on_a_compte() -> None:
    assert len(anciennes(105)) * FAITS_D_UNE_CLOSE == 105
    assert len(ouvertes(9)) == 9

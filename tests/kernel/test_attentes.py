"""Attentes: what is due, the next instant, late days, the document of the contract."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from kernel.attentes import Attente, Cle, Du, GesteAttendu, Nature, Rappel, Renvoi, Role, dus
from kernel.delais import Intervalle
from kernel.faits import Jalon
from kernel.instants import debut_de_jour, fin_de_jour

MIDI = datetime(2026, 3, 2, 12, tzinfo=UTC)
HEURE = timedelta(hours=1)


def attente(code: str = "avis", **champs: object) -> Attente:
    donnees = {
        "de": Role.PARTENAIRE,
        "depuis": MIDI,
        "fondement": "nqe@3, art. 9",
        "gestes": (GesteAttendu("dossier rendre-avis", "NQE-2026-7K3F9"),),
        **champs,
    }
    return Attente(Cle(code, "ville", 6), **donnees)  # type: ignore[arg-type]


def test_ce_qui_est_du_est_ordonne_et_compte_les_rappels() -> None:
    attentes = [
        attente(
            "avis", echeance=MIDI + 2 * HEURE, automatisme="reputer", rappels=(Rappel(MIDI + HEURE, "relancer", 1),)
        ),
        attente("silence", echeance=MIDI, automatisme="constater"),
    ]
    assert dus(attentes, MIDI - HEURE) == []
    assert dus(attentes, MIDI) == [Du(MIDI, "constater", "silence", "ville", 6)]
    assert [du.automatisme for du in dus(attentes, MIDI + 3 * HEURE)] == ["constater", "relancer", "reputer"]


def test_une_echeance_sans_automatisme_n_est_que_du_retard() -> None:
    en_retard = attente(echeance=MIDI)
    assert dus([en_retard], MIDI + HEURE) == []
    assert dus([en_retard], MIDI + 1000 * HEURE) == []


def test_ce_que_le_moteur_doit_est_du_des_le_fait_qui_l_ouvre() -> None:
    due = Attente.du_moteur("portage", Jalon(6, MIDI), "porter", "exécution", objet="ville")
    assert (due.de, due.depuis, due.gestes) == (Role.SYSTEME, MIDI, ())
    assert dus([due], MIDI) == [Du(MIDI, "porter", "portage", "ville", 6)]


def test_le_retard_se_compte_en_jours_civils_apres_le_dernier_jour() -> None:
    dernier = date(2026, 3, 10)
    attendue = attente(echeance=fin_de_jour(dernier))
    assert attente().retard_jours(MIDI) == 0
    assert attendue.retard_jours(fin_de_jour(dernier)) == 0
    assert attendue.retard_jours(fin_de_jour(dernier) + timedelta(seconds=1)) == 1
    assert attendue.retard_jours(debut_de_jour(date(2026, 3, 29)) + 12 * HEURE) == 19
    assert attendue.retard_jours(fin_de_jour(date(2026, 3, 13))) == 3
    assert attendue.retard_jours(MIDI) == 0


def test_le_document_est_celui_du_contrat() -> None:
    document = attente(
        echeance=fin_de_jour(date(2026, 3, 10)),
        automatisme="reputer_avis_rendu",
        nature=Nature.REGLEMENT,
        rappels=(Rappel(MIDI, "relancer", 1),),
        suspensions=(Intervalle(date(2026, 3, 3), date(2026, 3, 4)),),
    ).en_json(MIDI)
    assert document == {
        "code": "avis",
        "objet": "ville",
        "ouverte_par": 6,
        "de": "partenaire",
        "depuis": "2026-03-02T12:00:00Z",
        "echeance": "2026-03-10T23:00:00Z",
        "rappels": [{"instant": "2026-03-02T12:00:00Z", "rang": 1}],
        "automatisme": "reputer_avis_rendu",
        "gestes": [{"geste": "dossier rendre-avis", "ref": "NQE-2026-7K3F9", "reversible": False}],
        "renvoie_a": None,
        "nature": "reglement",
        "fondement": "nqe@3, art. 9",
        "suspensions": [{"du": "2026-03-03", "au": "2026-03-04"}],
        "retard_jours": 0,
        "pas_avant": None,
    }


def test_un_renvoi_dit_ou_le_geste_se_fait_et_de_quelle_attente_il_s_agit() -> None:
    rapport = UUID(int=7)
    renvoi = Renvoi("deliberation", rapport, "2")
    renvoyee = attente(gestes=(), renvoie_a=renvoi)
    assert renvoyee.en_json(MIDI)["renvoie_a"] == {"agregat": "deliberation", "id": str(rapport)}
    ligne, tout = (Attente(Cle("vote", objet, 1), Role.ASSEMBLEES, MIDI, "vote") for objet in ("3", ""))
    assert (renvoi.vise(ligne), renvoi.vise(tout), Renvoi("deliberation", rapport, "3").vise(ligne)) == (
        False,
        True,
        True,
    )


INSTANTS = st.integers(0, 50).map(lambda n: MIDI + n * HEURE)
ATTENTES = st.lists(
    st.builds(
        attente,
        echeance=st.one_of(st.none(), INSTANTS),
        automatisme=st.one_of(st.none(), st.just("a")),
        rappels=st.lists(st.builds(Rappel, INSTANTS, st.just("r"), st.just(1)), max_size=3).map(tuple),
    ),
    max_size=4,
)


@given(attentes=ATTENTES, au=INSTANTS)
def test_ce_qui_est_du_et_ce_qui_reste_se_partagent_les_instants(attentes: list[Attente], au: datetime) -> None:
    tout = dus(attentes, MIDI + timedelta(days=99))
    faits = dus(attentes, au)
    assert faits == [du for du in tout if du.instant <= au]
    assert [du for du in tout if du not in faits] == [du for du in tout if du.instant > au]

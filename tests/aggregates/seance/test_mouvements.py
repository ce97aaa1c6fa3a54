"""While a sitting lasts: who comes and goes, at what hour; suspended and resumed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.deliberation.depouillement import QuorumNonAtteint, depouiller
from aggregates.seance import Etat, Seance, attentes
from aggregates.seance.etat import HorsSeance, SeancePasEncore
from aggregates.seance.presences import (
    FeuilleDePresence,
    MembreInconnu,
    Mouvement,
    PouvoirInvalide,
    PresencesInvalides,
    Statut,
    apres,
    pouvoirs,
    presents,
)
from aggregates.seance.tenue import PresenceNotee, SeanceReprise, SeanceSuspendue
from kernel.instants import Instant
from kernel.refus import AvantLeJalon, DejaFait, GesteImpossible, Refus, SaisieInvalide
from tests.aggregates.deliberation.fabrique import UNANIME
from tests.aggregates.fabrique import par, verbes
from tests.aggregates.proprietes import exiger_vie
from tests.aggregates.seance.fabrique import (
    COMPOSITION,
    JOUR,
    MEMBRES,
    REUNION,
    TOUS,
    contexte,
    heure,
    present,
    represente,
    une_seance,
)


def mouvement(membre: str, statut: Statut, a: Instant, pouvoir_a: str | None = None) -> Mouvement:
    return Mouvement(membre=membre, statut=statut, pouvoir_a=pouvoir_a, a=a)


def part(membre: str, a: Instant) -> Mouvement:
    return mouvement(membre, Statut.ABSENT, a)


def ouverte(*presences: Any) -> Seance:
    seance = une_seance()
    seance.ouvrir(COMPOSITION, presences or TOUS, None, REUNION)
    return par(seance, "assemblees-1", JOUR, heure(20))


def test_un_depart_ne_compte_que_pour_les_scrutins_qui_le_suivent() -> None:
    seance = ouverte(*TOUS[:3])
    seance.noter_presence(part("elu-03", heure(15)))
    seance.noter_presence(part("elu-03", heure(15)))
    assert seance.nouveaux_faits == [PresenceNotee(mouvement=part("elu-03", heure(15)))]
    assert seance.inscriptions[-1].entete.effectif_le == heure(15)
    feuille = seance.feuille_ouverte("voter")
    assert depouiller(UNANIME, feuille, seance.moment(heure(14))).adopte
    with pytest.raises(QuorumNonAtteint):
        depouiller(UNANIME, feuille, seance.moment(heure(15)))


def test_qui_part_en_donnant_pouvoir_est_represente_et_qui_revient_vote_lui_meme() -> None:
    seance = ouverte()
    seance.noter_presence(mouvement("elu-05", Statut.REPRESENTE, heure(15), "elu-02"))
    seance.noter_presence(mouvement("elu-05", Statut.PRESENT, heure(16)))
    presences = seance.feuille_ouverte("voter").presences
    assert pouvoirs(presences, heure(15)) == {"elu-05": "elu-02"}
    assert (pouvoirs(presences, heure(16)), "elu-05" in presents(presences, heure(16))) == ({}, True)


@pytest.mark.parametrize(
    ("note", "refus"),
    [
        (part("elu-99", heure(15)), MembreInconnu),
        (mouvement("elu-04", Statut.REPRESENTE, heure(15), "elu-02"), PouvoirInvalide),
        (mouvement("elu-04", Statut.REPRESENTE, heure(15), "elu-04"), PouvoirInvalide),
        (mouvement("elu-04", Statut.ABSENT, heure(15), "elu-02"), PresencesInvalides),
        (mouvement("elu-04", Statut.REPRESENTE, heure(15)), PresencesInvalides),
        (part("elu-04", heure(15, jour=JOUR.replace(day=17))), SeancePasEncore),
        (part("elu-04", heure(21)), SaisieInvalide),
        (part("elu-05", heure(10)), DejaFait),
    ],
)
def test_un_mouvement_impossible_est_refuse(note: Mouvement, refus: type[Refus]) -> None:
    seance = ouverte(*TOUS[:4], represente("elu-05", "elu-02"))
    seance.noter_presence(mouvement("elu-05", Statut.REPRESENTE, heure(10), "elu-02"))
    par(seance, "assemblees-1", JOUR, heure(20))
    with pytest.raises(refus) as leve:
        seance.noter_presence(note)
    assert leve.type is refus
    assert not seance.nouveaux_faits


def test_rien_ne_se_note_avant_l_ouverture_ni_apres_la_levee() -> None:
    seance = une_seance()
    with pytest.raises(GesteImpossible):
        seance.noter_presence(part("elu-03", heure(10)))
    levee = ouverte()
    levee.lever()
    with pytest.raises(GesteImpossible):
        levee.noter_presence(part("elu-03", heure(10)))


def test_une_seance_suspendue_ne_vote_pas_et_reprend() -> None:
    seance = ouverte()
    seance.suspendre()
    seance.suspendre()
    assert seance.nouveaux_faits == [SeanceSuspendue()]
    (attente,) = attentes(seance)
    assert (attente.cle.code, verbes(attente)) == ("reprise", ("reprendre", "lever"))
    with pytest.raises(GesteImpossible):
        seance.feuille_ouverte("voter")
    seance.reprendre()
    seance.reprendre()
    assert seance.nouveaux_faits[1:] == [SeanceReprise()]
    assert seance.feuille_ouverte("voter").membres == MEMBRES
    seance.suspendre()
    seance.lever()
    assert seance.etat is Etat.LEVEE
    exiger_vie(seance)


def test_suspendre_ou_reprendre_hors_de_propos_est_refuse() -> None:
    seance = une_seance()
    with pytest.raises(GesteImpossible):
        seance.suspendre()
    jamais_suspendue = ouverte()
    with pytest.raises(GesteImpossible):
        jamais_suspendue.reprendre()


def test_l_heure_d_un_scrutin_n_est_pas_d_avant_la_seance() -> None:
    with pytest.raises(SeancePasEncore):
        ouverte().moment(heure(15, jour=JOUR.replace(day=17)))


def test_un_scrutin_se_tient_entre_l_ouverture_et_la_levee_hors_des_suspensions() -> None:
    seance = ouverte()
    seance.sous(contexte(le=heure(15))).suspendre()
    seance.sous(contexte(le=heure(16))).reprendre()
    assert [seance.moment(heure(h)) for h in (14, 16)] == [heure(14), heure(16)]
    for quand in (heure(13), heure(15), heure(15, 59), heure(9, jour=JOUR.replace(day=19))):
        with pytest.raises(HorsSeance):
            seance.moment(quand)
    with pytest.raises(HorsSeance):
        seance.moment(JOUR.replace(day=19))


def test_la_levee_suit_l_ouverture_et_le_dernier_mouvement() -> None:
    seance = ouverte()
    seance.noter_presence(part("elu-03", heure(14)))
    for quand in (heure(9), heure(13, 59)):
        with pytest.raises(AvantLeJalon):
            seance.sous(contexte(le=quand)).lever()
    for jour, refus in ((JOUR.replace(day=17), SeancePasEncore), (JOUR.replace(day=19), HorsSeance)):
        with pytest.raises(refus):
            seance.sous(contexte(le=jour)).lever()
    seance.sous(contexte(le=JOUR)).lever()
    assert seance.clos


HEURES = st.sampled_from([heure(h) for h in (10, 11, 12, 15)])
MOUVEMENTS = st.lists(
    st.builds(mouvement, st.sampled_from(MEMBRES), st.sampled_from([Statut.PRESENT, Statut.ABSENT]), HEURES),
    max_size=6,
    unique_by=lambda m: (m.membre, m.a),
)


@given(notes=MOUVEMENTS, donnees=st.data())
def test_l_ordre_ou_l_on_note_les_mouvements_ne_change_pas_qui_est_la(
    notes: list[Mouvement], donnees: st.DataObject
) -> None:
    """Design §1.7: presences are dated items; late notes, in any order, give one sheet at each instant."""
    depart = FeuilleDePresence(JOUR, MEMBRES, "elu-01", (*TOUS[:3], present("elu-04", heure(11), heure(15))))
    melanges = donnees.draw(st.permutations(notes))
    assert apres(depart, notes) == apres(depart, melanges)
    for h in (9, 10, 11, 12, 14, 15, 16):
        la = presents(apres(depart, notes).presences, heure(h))
        for membre in MEMBRES:
            dits = [m for m in notes if m.membre == membre and m.a <= heure(h)]
            dernier = max(dits, key=lambda m: m.a, default=None)
            si_rien = membre in presents(depart.presences, heure(h))
            recent = dernier is not None and not (
                membre == "elu-04" and any(dernier.a < heure(b) <= heure(h) for b in (11, 15))
            )
            if recent and dernier is not None:
                assert (membre in la) is (dernier.statut is Statut.PRESENT)
            elif dernier is None:
                assert (membre in la) is si_rien

"""A sitting: planned, convened, open or without quorum, closed."""

from datetime import date

import pytest

from aggregates.seance import Etat, Seance, attentes
from aggregates.seance.convocation import ConvocationTardive, SeanceConvoquee, SeancePrevue
from aggregates.seance.etat import HorsSeance, SeancePasEncore
from aggregates.seance.presences import (
    MembreInconnu,
    PouvoirInvalide,
    Presence,
    PresencesInvalides,
    PresidenceExigee,
    Statut,
)
from aggregates.seance.tenue import HeureExigee, QuorumManque, SeanceLevee, SeanceOuverte
from kernel.attentes import Nature, Role
from kernel.identifiants import ReferenceInconnue, identifiant
from kernel.instants import fin_de_jour
from kernel.refus import DejaFait, GesteImpossible, Refus
from tests.aggregates.fabrique import verbes
from tests.aggregates.seance.fabrique import (
    COMPOSITION,
    JOUR,
    REUNION,
    TOUS,
    absent,
    contexte,
    heure,
    present,
    represente,
    une_seance,
    une_seance_ouverte,
)

SANS_QUORUM = (present("elu-01"), represente("elu-02", "elu-01"))


def test_prevoir() -> None:
    seance = Seance(identifiant("seance", "CP-2026-06-18")).sous(contexte())
    seance.prevoir("CP-2026-06-18", JOUR)
    seance.prevoir("CP-2026-06-18", JOUR)
    assert seance.nouveaux_faits == [SeancePrevue(ref="CP-2026-06-18", jour=JOUR)]


def test_prevoir_une_autre_seance_dans_le_meme_flux_est_refuse() -> None:
    seance = une_seance()
    with pytest.raises(DejaFait):
        seance.prevoir("CP-2026-06-19", date(2026, 6, 19))
    assert not seance.nouveaux_faits


def test_convoquer() -> None:
    seance = une_seance(convoquee=False)
    seance.convoquer()
    seance.convoquer()
    assert seance.nouveaux_faits == [SeanceConvoquee()]


def test_convoquer_apres_le_jour_est_refuse() -> None:
    seance = une_seance(convoquee=False).sous(contexte(le=date(2026, 6, 19)))
    with pytest.raises(ConvocationTardive):
        seance.convoquer()


def test_convoquer_une_seance_inconnue_est_refuse() -> None:
    with pytest.raises(ReferenceInconnue):
        Seance(identifiant("seance", "CP-2026-01-01")).sous(contexte()).convoquer()


def test_ouvrir() -> None:
    seance = une_seance()
    seance.ouvrir(COMPOSITION, TOUS, None, REUNION)
    seance.ouvrir(COMPOSITION, TOUS, None, REUNION)
    seance.ouvrir(COMPOSITION, TOUS[::-1], None, REUNION)  # the same sheet, typed in another order
    (fait,) = seance.nouveaux_faits
    assert isinstance(fait, SeanceOuverte)
    assert (fait.preside_par, fait.de_droit, len(fait.membres)) == ("elu-01", False, 5)


def test_ouvrir_une_seance_non_convoquee_est_refuse() -> None:
    seance = une_seance(convoquee=False)
    with pytest.raises(GesteImpossible):
        seance.ouvrir(COMPOSITION, TOUS, None, REUNION)
    assert not seance.nouveaux_faits


def test_ouvrir_avant_le_jour_est_refuse() -> None:
    seance = une_seance().sous(contexte(le=date(2026, 6, 17)))
    with pytest.raises(SeancePasEncore):
        seance.ouvrir(COMPOSITION, TOUS, None, REUNION)


def test_une_seance_se_tient_son_jour_et_se_saisit_apres_a_sa_date() -> None:
    lendemain = contexte(le=date(2026, 6, 19))
    seance = une_seance().sous(lendemain)
    with pytest.raises(HorsSeance):
        seance.ouvrir(COMPOSITION, TOUS, None, REUNION)
    with pytest.raises(HorsSeance):
        Seance(identifiant("seance", "CP-2026-06-18")).sous(lendemain).prevoir("CP-2026-06-18", JOUR)
    seance.sous(contexte(le=JOUR)).ouvrir(COMPOSITION, TOUS, None, REUNION)
    assert seance.etat is Etat.OUVERTE


def test_ouvrir_avec_d_autres_presences_est_refuse() -> None:
    seance = une_seance_ouverte()
    with pytest.raises(DejaFait):
        seance.ouvrir(COMPOSITION, TOUS[:4], None, REUNION)


@pytest.mark.parametrize(
    ("presences", "refus"),
    [
        ((*TOUS, present("elu-99")), MembreInconnu),
        ((*TOUS[:4], represente("elu-05", "elu-99")), MembreInconnu),
        ((*TOUS, present("elu-05")), PresencesInvalides),
        ((present("elu-01", heure(16), heure(15)), *TOUS[1:]), PresencesInvalides),
        ((*TOUS[:4], Presence(membre="elu-05", statut=Statut.REPRESENTE)), PresencesInvalides),
        ((*TOUS[:3], represente("elu-04", "elu-02"), represente("elu-05", "elu-02")), PouvoirInvalide),
        ((*TOUS[:3], absent("elu-04"), represente("elu-05", "elu-04")), PouvoirInvalide),
        ((*TOUS[:4], represente("elu-05", "elu-05")), PouvoirInvalide),
        (TOUS[1:], PresidenceExigee),
    ],
)
def test_une_feuille_de_presence_qui_se_contredit_est_refusee(
    presences: tuple[Presence, ...], refus: type[Refus]
) -> None:
    seance = une_seance()
    with pytest.raises(refus):
        seance.ouvrir(COMPOSITION, presences, None, REUNION)
    assert not seance.nouveaux_faits


def test_une_autre_personne_preside_en_l_absence_du_president() -> None:
    seance = une_seance()
    seance.ouvrir(COMPOSITION, TOUS[1:], "elu-02", REUNION)
    assert seance.feuille is not None
    assert seance.feuille.preside_par == "elu-02"


def test_deux_pouvoirs_successifs_au_meme_membre_sont_permis() -> None:
    seance = une_seance()
    pouvoirs = (
        represente("elu-04", "elu-02", depart=heure(15)),
        represente("elu-05", "elu-02", arrivee=heure(15)),
    )
    seance.ouvrir(COMPOSITION, (*TOUS[:3], *pouvoirs), None, REUNION)
    assert seance.etat is Etat.OUVERTE


def test_sans_quorum_la_reunion_de_droit_est_trois_jours_plus_tard_quel_que_soit_le_nombre() -> None:
    seance = une_seance()
    seance.ouvrir(COMPOSITION, SANS_QUORUM, None, REUNION)
    (fait,) = seance.nouveaux_faits
    assert isinstance(fait, QuorumManque)
    assert (fait.requis, fait.reunion_le) == (3, date(2026, 6, 21))
    (attente,) = attentes(seance)
    assert (attente.cle.code, attente.nature) == ("reunion_de_droit", Nature.LOI)
    assert attente.fondement == "CGCT, art. L4132-13-1"
    assert attente.echeance == fin_de_jour(date(2026, 6, 21))

    seance.ouvrir(COMPOSITION, SANS_QUORUM, None, REUNION)
    assert len(seance.nouveaux_faits) == 1
    with pytest.raises(SeancePasEncore):
        seance.ouvrir(COMPOSITION, TOUS, None, REUNION)

    seance.sous(contexte(le=date(2026, 6, 21))).ouvrir(COMPOSITION, SANS_QUORUM, None, REUNION)
    ouverte = seance.nouveaux_faits[-1]
    assert isinstance(ouverte, SeanceOuverte)
    assert ouverte.de_droit


def test_lever() -> None:
    seance = une_seance_ouverte()
    seance.lever()
    seance.lever()
    assert seance.nouveaux_faits == [SeanceLevee()]
    assert seance.clos


def test_lever_une_seance_fermee_est_refuse() -> None:
    with pytest.raises(GesteImpossible):
        une_seance().lever()


def test_la_feuille_n_est_donnee_que_seance_ouverte() -> None:
    assert une_seance_ouverte().feuille_ouverte("voter").membres == COMPOSITION.membres
    with pytest.raises(GesteImpossible):
        une_seance().feuille_ouverte("voter")


def test_l_heure_du_scrutin_n_est_exigee_que_si_elle_change_qui_est_la() -> None:
    assert une_seance_ouverte().moment(JOUR) is None
    bornee = une_seance_ouverte(*TOUS[:4], present("elu-05", arrivee=heure(15)))
    assert bornee.moment(heure(16)) == heure(16)
    with pytest.raises(HeureExigee):
        bornee.moment(JOUR)


def test_une_seance_attend_toujours_un_geste_du_service_jusqu_a_sa_levee() -> None:
    seance = une_seance(convoquee=False)
    suite = []
    for geste in (seance.convoquer, lambda: seance.ouvrir(COMPOSITION, TOUS, None, REUNION), seance.lever):
        (attente,) = attentes(seance)
        assert attente.de is Role.ASSEMBLEES
        suite.append(verbes(attente))
        geste()
    assert suite == [("convoquer",), ("ouvrir",), ("lever",)]
    assert attentes(seance) == ()

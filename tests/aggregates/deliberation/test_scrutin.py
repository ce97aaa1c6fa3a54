"""Scrutins: majority, quorum without those who stepped out, split votes, amendments, adjournments."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.deliberation.depouillement import Bulletin, BulletinInvalide, Mode, QuorumNonAtteint, Voix, depouiller
from aggregates.deliberation.etat import LigneInconnue, Resultat
from aggregates.deliberation.scrutin import AmendementInvalide, LignesAjournees, Pouvoir, ScrutinTenu
from aggregates.seance.presences import FeuilleDePresence
from kernel.refus import DejaFait, GesteImpossible
from tests.aggregates.deliberation.fabrique import FEUILLE, TOUS_CONTRE, UNANIME, inscrite, une_deliberation
from tests.aggregates.seance.fabrique import JOUR, MEMBRES, TOUS, absent, present, represente


def bulletin(defaut: Any = Voix.POUR, **champs: object) -> Bulletin:
    return Bulletin.model_validate({"mode": Mode.APPEL_NOMINAL, "defaut": defaut, **champs})


def test_voter_toutes_les_lignes() -> None:
    deliberation = inscrite()
    deliberation.voter(UNANIME, FEUILLE, None, None)
    deliberation.voter(UNANIME, FEUILLE, None, None)
    (fait,) = deliberation.nouveaux_faits
    assert isinstance(fait, ScrutinTenu)
    assert (fait.lignes, fait.pour, fait.contre, fait.adopte) == ((1, 2, 3), 5, 0, True)
    assert fait.presents == MEMBRES
    assert [x.vote_centimes for x in deliberation.lignes.values()] == [500_00] * 3


def test_un_autre_vote_sur_tout_est_refuse() -> None:
    deliberation = inscrite()
    deliberation.voter(UNANIME, FEUILLE, None, None)
    with pytest.raises(DejaFait):
        deliberation.voter(TOUS_CONTRE, FEUILLE, None, None)


def test_une_ligne_votee_a_part_garde_son_resultat() -> None:
    """Hardest case 1: a separate vote on one line fails, the others pass."""
    deliberation = inscrite()
    deliberation.voter(TOUS_CONTRE, FEUILLE, None, 2)
    deliberation.voter(UNANIME, FEUILLE, None, None)
    resultats = [ligne.resultat for ligne in deliberation.lignes.values()]
    assert resultats == [Resultat.ADOPTEE, Resultat.REJETEE, Resultat.ADOPTEE]
    assert deliberation.lignes[2].vote_centimes == 0
    with pytest.raises(DejaFait):
        deliberation.voter(UNANIME, FEUILLE, None, 2)


def test_un_amendement_fixe_le_montant_d_une_ligne() -> None:
    """Hardest case 2: partial award in session."""
    deliberation = inscrite()
    deliberation.voter(bulletin(amendement_centimes=300_00), FEUILLE, None, 1)
    assert deliberation.lignes[1].vote_centimes == 300_00


@pytest.mark.parametrize(("centimes", "ligne"), [(0, 1), (800_01, 1), (300_00, None)])
def test_un_amendement_hors_bornes_ou_sans_ligne_est_refuse(centimes: int, ligne: int | None) -> None:
    deliberation = inscrite()
    with pytest.raises(AmendementInvalide):
        deliberation.voter(bulletin(amendement_centimes=centimes), FEUILLE, None, ligne)
    assert not deliberation.nouveaux_faits


def test_un_deport_peut_faire_tomber_le_quorum_de_ce_seul_scrutin() -> None:
    """Hardest case 3: those who step out leave the quorum of that line, and the pouvoir they hold falls."""
    feuille = FeuilleDePresence(JOUR, MEMBRES, "elu-01", (*TOUS[:3], absent("elu-04"), represente("elu-05", "elu-02")))
    deliberation = inscrite()
    with pytest.raises(QuorumNonAtteint) as refus:
        deliberation.voter(bulletin(deports=("elu-02",)), feuille, None, 2)
    assert refus.value.champs == {"presents": 2, "representes": 0, "requis": 3}
    assert not deliberation.nouveaux_faits

    deliberation.voter(bulletin(deports=("elu-03",)), feuille, None, 2)
    (fait,) = deliberation.nouveaux_faits
    assert isinstance(fait, ScrutinTenu)
    assert fait.presents == ("elu-01", "elu-02")
    assert fait.pouvoirs == (Pouvoir(membre="elu-05", pouvoir_a="elu-02"),)
    assert fait.pour == 3


def test_la_reunion_de_droit_vote_quel_que_soit_le_nombre() -> None:
    feuille = FeuilleDePresence(JOUR, MEMBRES, "elu-01", (present("elu-01"),), de_droit=True)
    assert depouiller(bulletin(), feuille, None).adopte


def test_abstentions_et_refus_de_vote_ne_sont_pas_exprimes() -> None:
    compte = depouiller(
        bulletin(abstention=("elu-02", "elu-03"), nppv=("elu-04",), contre=("elu-05",), deports=()), FEUILLE, None
    )
    assert compte.comptes == {Voix.POUR: 1, Voix.CONTRE: 1, Voix.ABSTENTION: 2, Voix.NPPV: 1}


@pytest.mark.parametrize(
    ("champs", "attendu"),
    [
        ({"contre": ("elu-02", "elu-03"), "abstention": ("elu-05",)}, (True, True)),
        ({"contre": ("elu-01", "elu-03"), "abstention": ("elu-05",)}, (False, True)),
        ({"contre": ("elu-02", "elu-03"), "abstention": ("elu-01",)}, (False, False)),
        ({"contre": ("elu-02", "elu-03"), "deports": ("elu-01",)}, (False, False)),
    ],
)
def test_a_egalite_la_voix_de_qui_preside_l_emporte(champs: dict[str, object], attendu: tuple[bool, bool]) -> None:
    compte = depouiller(bulletin(**champs), FEUILLE, None)
    assert (compte.adopte, compte.voix_preponderante) == attendu


def test_sans_suffrage_exprime_rien_n_est_adopte() -> None:
    assert not depouiller(bulletin(Voix.ABSTENTION), FEUILLE, None).adopte


@pytest.mark.parametrize(
    "champs",
    [
        {"contre": ("elu-01",), "abstention": ("elu-01",)},
        {"contre": ("elu-99",)},
        {"deports": ("elu-99",)},
        {"deports": ("elu-02",), "contre": ("elu-02",)},
        {"defaut": Voix.NPPV},
    ],
)
def test_un_vote_que_nul_ne_peut_emettre_est_refuse(champs: dict[str, object]) -> None:
    with pytest.raises(BulletinInvalide):
        depouiller(bulletin(**champs), FEUILLE, None)


def test_voter_avant_l_inscription_est_refuse() -> None:
    with pytest.raises(GesteImpossible):
        une_deliberation().voter(UNANIME, FEUILLE, None, None)


def test_voter_une_ligne_inconnue_est_refuse() -> None:
    with pytest.raises(LigneInconnue):
        inscrite().voter(UNANIME, FEUILLE, None, 9)


def test_ajourner() -> None:
    deliberation = inscrite()
    deliberation.ajourner(3)
    deliberation.ajourner(3)
    assert deliberation.nouveaux_faits == [LignesAjournees(lignes=(3,))]
    deliberation.voter(UNANIME, FEUILLE, None, None)
    assert deliberation.lignes[3].resultat is Resultat.AJOURNEE


def test_ajourner_une_ligne_votee_est_refuse() -> None:
    deliberation = inscrite()
    deliberation.voter(UNANIME, FEUILLE, None, None)
    with pytest.raises(DejaFait):
        deliberation.ajourner(1)


@given(st.lists(st.sampled_from(list(Voix)), min_size=5, max_size=5), st.sets(st.sampled_from(MEMBRES)))
def test_les_voix_font_toujours_le_compte_des_votants(voix: list[Voix], deports: set[str]) -> None:
    votes: dict[str, tuple[str, ...]] = {
        sens.value: tuple(m for m, dite in zip(MEMBRES, voix, strict=True) if dite is sens and m not in deports)
        for sens in Voix
    }
    feuille = FeuilleDePresence(JOUR, MEMBRES, "elu-01", TOUS, de_droit=True)
    compte = depouiller(bulletin(deports=tuple(sorted(deports)), **votes), feuille, None)
    assert sum(compte.comptes.values()) == len(MEMBRES) - len(deports)
    if compte.adopte:
        assert compte.comptes[Voix.POUR] >= compte.comptes[Voix.CONTRE]


def test_soixante_mille_noms_se_comptent_en_un_passage() -> None:
    """It took 80 s: each name was looked for among all the others."""
    noms = tuple(f"elu-{rang}" for rang in range(60_000))
    debut = time.process_time()
    with pytest.raises(BulletinInvalide, match="elu-7"):
        depouiller(bulletin(contre=(*noms, "elu-7")), FEUILLE, None)
    assert time.process_time() - debut < 5


@pytest.mark.parametrize(
    ("cites", "debut"),
    [
        ({"contre": tuple(f"elu-{rang}" for rang in range(60_000))}, "Ni présents ni représentés"),
        ({"contre": 2 * tuple(f"elu-{rang}" for rang in range(60_000))}, "Ces membres votent deux fois"),
        ({"deports": tuple(f"elu-{rang}" for rang in range(60_000))}, "Ces déportés ne sont pas membres"),
    ],
)
def test_le_refus_de_soixante_mille_noms_en_dit_dix_et_combien(cites: dict[str, tuple[str, ...]], debut: str) -> None:
    with pytest.raises(BulletinInvalide) as refus:
        depouiller(bulletin(**cites), FEUILLE, None)
    dit = refus.value.message
    assert dit.startswith(debut)
    assert dit.count("elu-") == 10
    assert "autres." in dit
    assert len(refus.value.champs["membres"]) == 100
    assert refus.value.champs["membres_total"] > 59_000

"""Agents: a login and dated roles, given and taken back by acts."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Final
from uuid import UUID, uuid4

import pytest

from aggregates.agents import Agent, DernierAdministrateur, RoleManquant
from aggregates.registre import attentes
from kernel.agregat import plier
from kernel.attentes import Role
from kernel.identifiants import ReferenceInconnue, identifiant
from kernel.instants import Effet
from kernel.refus import AvantLeJalon, DejaFait, GesteImpossible, QuatreYeux, SaisieInvalide
from tests.aggregates.fabrique import JOUR, id_du_texte, par, rien, topics, verifie_refus

NEUF_HEURES = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
PLUS_TARD = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


def agent(le: Effet = JOUR) -> Agent:
    agent = par(Agent(uuid4()), "admin", le, PLUS_TARD)
    agent.enregistrer("agt-1", [Role.INSTRUCTEUR])
    return pour(agent, JOUR)


def pour(agent: Agent, le: Effet) -> Agent:
    return par(agent, "admin", le, PLUS_TARD)


def test_un_agent_est_enregistre_avec_ses_roles() -> None:
    nouveau = pour(Agent(uuid4()), JOUR)
    nouveau.enregistrer("agt-1", [Role.RESPONSABLE, Role.INSTRUCTEUR])
    assert topics(nouveau) == ["agent.enregistre.v1"]
    assert nouveau.roles(PLUS_TARD) == {Role.INSTRUCTEUR, Role.RESPONSABLE}
    assert nouveau.roles(datetime(2026, 1, 11, 22, 59, tzinfo=UTC)) == frozenset()
    pour(nouveau, JOUR).enregistrer("agt-1", [Role.INSTRUCTEUR, Role.RESPONSABLE])
    assert rien(nouveau)
    with verifie_refus(nouveau, DejaFait):
        nouveau.enregistrer("agt-1", [Role.FINANCE])
    assert attentes(nouveau) == ()


@pytest.mark.parametrize("identifiant", ["", "systeme", "Jeanne Dupont", "É", "-a", "a" * 64, "a\n"])
def test_un_identifiant_qui_ressemble_a_un_nom_est_refuse(identifiant: str) -> None:
    nouveau = pour(Agent(uuid4()), JOUR)
    with verifie_refus(nouveau, SaisieInvalide):
        nouveau.enregistrer(identifiant, [Role.INSTRUCTEUR])


@pytest.mark.parametrize("roles", [[], [Role.SYSTEME], [Role.INSTRUCTEUR, Role.SYSTEME]])
def test_un_agent_sans_role_ou_avec_celui_du_moteur_est_refuse(roles: list[Role]) -> None:
    nouveau = pour(Agent(uuid4()), JOUR)
    with verifie_refus(nouveau, SaisieInvalide):
        nouveau.enregistrer("agt-1", roles)


def test_un_role_est_accorde_par_un_acte_une_seule_fois() -> None:
    connu = agent()
    connu.accorder(Role.FINANCE, id_du_texte("arrêté 2026-1"))
    assert topics(connu) == ["agent.habilitation_accordee.v1"]
    assert Role.FINANCE in connu.roles(PLUS_TARD)
    pour(connu, JOUR).accorder(Role.FINANCE, id_du_texte("arrêté 2026-1"))
    assert rien(connu)
    with verifie_refus(connu, DejaFait) as refus:
        connu.accorder(Role.FINANCE, id_du_texte("arrêté 2026-9"))
    assert refus.value.champs == {"fait": "agent.habilitation_accordee.v1"}
    with verifie_refus(connu, DejaFait) as refus:
        connu.accorder(Role.INSTRUCTEUR, id_du_texte("arrêté 2026-9"))
    assert refus.value.champs == {"fait": "agent.enregistre.v1"}


def test_un_agent_travaille_dans_des_groupes_qui_sont_des_codes() -> None:
    rattache = agent()
    rattache.rattacher(["nord", "littoral"])
    assert topics(rattache) == ["agent.rattache.v1"]
    assert rattache.groupes == {"nord", "littoral"}
    pour(rattache, JOUR).rattacher(["littoral", "nord"])
    assert rien(rattache)
    with verifie_refus(rattache, SaisieInvalide):
        rattache.rattacher(["Le groupe de Jeanne"])


def test_le_role_du_moteur_ne_se_donne_a_personne() -> None:
    connu = agent()
    with verifie_refus(connu, SaisieInvalide):
        connu.accorder(Role.SYSTEME, id_du_texte("arrêté 2026-1"))


def test_un_role_retire_ne_l_est_qu_a_partir_de_sa_date() -> None:
    connu = pour(agent(), date(2026, 3, 2))
    connu.retirer(Role.INSTRUCTEUR, id_du_texte("arrêté 2026-2"), autre_administrateur=True)
    assert topics(connu) == ["agent.habilitation_retiree.v1"]
    assert connu.roles(PLUS_TARD) == frozenset()
    assert connu.roles(datetime(2026, 3, 1, 12, tzinfo=UTC)) == {Role.INSTRUCTEUR}
    pour(connu, date(2026, 3, 2)).retirer(Role.INSTRUCTEUR, id_du_texte("arrêté 2026-2"), autre_administrateur=True)
    assert rien(connu)
    with verifie_refus(connu, RoleManquant):
        connu.retirer(Role.INSTRUCTEUR, id_du_texte("arrêté 2026-9"), autre_administrateur=True)


def test_retirer_un_role_que_l_agent_n_a_pas_est_refuse() -> None:
    connu = agent()
    with verifie_refus(connu, RoleManquant):
        connu.retirer(Role.FINANCE, id_du_texte("arrêté 2026-2"), autre_administrateur=True)


def test_un_retrait_date_d_avant_l_octroi_n_aurait_aucun_effet_et_est_refuse() -> None:
    connu = pour(agent(NEUF_HEURES), NEUF_HEURES.date())
    with verifie_refus(connu, AvantLeJalon):
        connu.retirer(Role.INSTRUCTEUR, id_du_texte("arrêté 2026-2"), autre_administrateur=True)
    pour(connu, NEUF_HEURES + timedelta(minutes=1)).retirer(
        Role.INSTRUCTEUR, id_du_texte("arrêté 2026-2"), autre_administrateur=True
    )
    assert connu.roles(PLUS_TARD) == frozenset()


def test_un_role_retire_puis_rendu_le_meme_jour_est_tenu() -> None:
    connu = agent()
    connu.retirer(Role.INSTRUCTEUR, id_du_texte("arrêté 2026-2"), autre_administrateur=True)
    assert connu.roles(PLUS_TARD) == frozenset()
    pour(connu, JOUR).accorder(Role.INSTRUCTEUR, id_du_texte("arrêté 2026-3"))
    assert connu.roles(PLUS_TARD) == {Role.INSTRUCTEUR}


def test_les_roles_ne_dependent_pas_de_l_ordre_des_saisies() -> None:
    connu = agent()
    pour(connu, date(2026, 2, 2)).retirer(Role.INSTRUCTEUR, id_du_texte("arrêté 2026-2"), autre_administrateur=True)
    pour(connu, date(2026, 3, 2)).accorder(Role.INSTRUCTEUR, id_du_texte("arrêté 2026-3"))
    instants = [PLUS_TARD, *(datetime(2026, mois, 15, tzinfo=UTC) for mois in (1, 2, 3))]
    attendus = [connu.roles(instant) for instant in instants]
    assert [bool(roles) for roles in attendus] == [True, True, False, True]
    for ordre in permutations(connu.inscriptions):
        assert [plier(Agent, connu.id, ordre).roles(instant) for instant in instants] == attendus


def absent(titre: Role = Role.ADMINISTRATEUR, acteur: str = "admin") -> Agent:
    connu = par(agent(), acteur, JOUR, PLUS_TARD)
    return connu.sous(replace(connu.contexte, habilitation=titre.value))


ABSENCE: Final = ("rosa", date(2026, 6, 1), date(2026, 6, 5), id_du_texte("arrêté 2026-2"))


def test_un_suppleant_tient_les_roles_de_l_absent_le_temps_de_son_absence() -> None:
    parti = absent()
    parti.s_absenter(*ABSENCE)
    assert topics(parti) == ["agent.absence_declaree.v1"]
    dernier, apres = datetime(2026, 6, 5, 21, 59, tzinfo=UTC), datetime(2026, 6, 5, 22, 1, tzinfo=UTC)
    assert parti.confies("rosa", dernier) == {Role.INSTRUCTEUR}
    assert not parti.confies("rosa", apres) | parti.confies("ines", dernier)
    assert (parti.absence(dernier) is not None, parti.absence(apres)) == (True, None)
    absent_de_nouveau = parti.sous(replace(parti.contexte, commande_id=uuid4()))
    parti.collect_events()
    absent_de_nouveau.s_absenter(*ABSENCE)
    assert rien(absent_de_nouveau)


def test_la_suppleance_suit_les_roles_de_l_absent() -> None:
    """Frozen in the fact, a role would outlive the habilitation it rests on."""
    parti = absent()
    parti.s_absenter(*ABSENCE)
    parti.accorder(Role.FINANCE, id_du_texte("arrêté 2026-3"))
    assert parti.confies("rosa", PLUS_TARD) == {Role.INSTRUCTEUR, Role.FINANCE}
    parti.retirer(Role.INSTRUCTEUR, id_du_texte("arrêté 2026-4"), autre_administrateur=True)
    assert parti.confies("rosa", PLUS_TARD) == {Role.FINANCE}


def test_un_responsable_ne_confie_que_les_roles_de_son_service() -> None:
    parti = absent(Role.RESPONSABLE, "rene")
    parti.s_absenter(*ABSENCE)
    parti.accorder(Role.ORDONNATEUR, id_du_texte("arrêté 2026-3"))
    assert parti.confies("rosa", PLUS_TARD) == {Role.INSTRUCTEUR}
    parti.collect_events()
    with verifie_refus(parti, RoleManquant):
        parti.s_absenter("zoe", *ABSENCE[1:])


def test_nul_ne_se_donne_les_roles_d_un_absent() -> None:
    parti = absent(acteur="rosa")
    with verifie_refus(parti, QuatreYeux):
        parti.s_absenter(*ABSENCE)


@pytest.mark.parametrize(("suppleant", "au"), [("agt-1", 5), ("rosa", 1)])
def test_une_suppleance_impossible_est_refusee(suppleant: str, au: int) -> None:
    parti = absent()
    with verifie_refus(parti, SaisieInvalide):
        parti.s_absenter(suppleant, date(2026, 6, 2), date(2026, 6, au), id_du_texte("arrêté 2026-2"))


def test_qui_n_a_plus_de_role_ne_se_fait_pas_suppleer() -> None:
    parti = absent()
    parti.retirer(Role.INSTRUCTEUR, id_du_texte("arrêté 2026-4"), autre_administrateur=True)
    parti.collect_events()
    with verifie_refus(parti, SaisieInvalide):
        parti.s_absenter(*ABSENCE)


def test_une_absence_se_termine_et_se_revoque() -> None:
    parti = absent()
    with verifie_refus(parti, GesteImpossible):
        parti.terminer_absence()
    parti.s_absenter(*ABSENCE)
    parti.s_absenter("zoe", date(2026, 8, 3), date(2026, 8, 7), id_du_texte("arrêté 2026-2"))
    parti.collect_events()
    parti.terminer_absence()
    assert topics(parti) == ["agent.absence_terminee.v1"]
    assert (parti.absence(PLUS_TARD), parti.confies("rosa", PLUS_TARD)) == (None, frozenset())
    parti.collect_events()
    with verifie_refus(parti, GesteImpossible):
        parti.revoquer_absence(date(2026, 7, 1), id_du_texte("arrêté 2026-5"))
    parti.revoquer_absence(date(2026, 8, 3), id_du_texte("arrêté 2026-5"))
    assert not parti.absences
    parti.collect_events()
    parti.revoquer_absence(date(2026, 8, 3), id_du_texte("arrêté 2026-5"))
    assert rien(parti)


def test_le_dernier_administrateur_reste() -> None:
    seul = par(Agent(uuid4()), "admin", JOUR, PLUS_TARD)
    seul.enregistrer("admin", [Role.ADMINISTRATEUR])
    seul.collect_events()
    with verifie_refus(seul, DernierAdministrateur):
        seul.retirer(Role.ADMINISTRATEUR, id_du_texte("arrêté 2026-1"), autre_administrateur=False)
    seul.retirer(Role.ADMINISTRATEUR, id_du_texte("arrêté 2026-1"), autre_administrateur=True)
    assert seul.roles(PLUS_TARD) == frozenset()


def test_un_role_accorde_avant_son_retrait_serait_sans_effet() -> None:
    connu = agent()
    pour(connu, date(2026, 3, 2)).retirer(Role.INSTRUCTEUR, id_du_texte("arrêté 2026-2"), autre_administrateur=True)
    with verifie_refus(pour(connu, date(2026, 2, 2)), AvantLeJalon):
        connu.accorder(Role.INSTRUCTEUR, id_du_texte("arrêté 2026-3"))


def test_un_agent_oublie_ne_recoit_plus_de_role_et_rend_les_siens() -> None:
    connu = par(agent(), "admin", PLUS_TARD)
    connu.oublier(UUID(int=1))
    assert [a.cle.code for a in attentes(connu)] == ["oubli"]
    with verifie_refus(par(connu, "admin", PLUS_TARD), GesteImpossible):
        connu.accorder(Role.FINANCE, id_du_texte("arrêté 2026-2"))
    connu.retirer(Role.INSTRUCTEUR, id_du_texte("arrêté 2026-3"), autre_administrateur=True)
    par(connu, "SYSTEME", PLUS_TARD).constater_cle_detruite()
    assert (topics(connu), attentes(connu)) == (["agent.cle_detruite.v1"], ())


def test_un_agent_inconnu_ne_s_oublie_pas_ni_ne_perd_une_cle_qu_on_n_a_pas_demande_de_detruire() -> None:
    inconnu = par(Agent(identifiant("agent", "personne")), "admin")
    with verifie_refus(inconnu, ReferenceInconnue):
        inconnu.oublier(UUID(int=1))
    connu = par(agent(), "SYSTEME", PLUS_TARD)
    with verifie_refus(connu, GesteImpossible):
        connu.constater_cle_detruite()

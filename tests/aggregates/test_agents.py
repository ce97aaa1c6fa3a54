"""Agents: a login and dated roles, given and taken back by acts."""

from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from uuid import uuid4

import pytest

from aggregates.agents import Agent, RoleManquant
from aggregates.registre import attentes
from kernel.agregat import plier
from kernel.attentes import Role
from kernel.instants import Effet
from kernel.refus import DejaFait, QuatreYeux, SaisieInvalide
from tests.aggregates.fabrique import JOUR, par, rien, topics, verifie_refus

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


@pytest.mark.parametrize("identifiant", ["", "Jeanne Dupont", "É", "-a", "a" * 64, "a\n"])
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
    connu.accorder(Role.FINANCE, "arrêté 2026-1")
    assert topics(connu) == ["agent.habilitation_accordee.v1"]
    assert Role.FINANCE in connu.roles(PLUS_TARD)
    pour(connu, JOUR).accorder(Role.FINANCE, "arrêté 2026-1")
    assert rien(connu)
    with verifie_refus(connu, DejaFait) as refus:
        connu.accorder(Role.FINANCE, "arrêté 2026-9")
    assert refus.value.champs == {"fait": "agent.habilitation_accordee.v1"}
    connu.accorder(Role.INSTRUCTEUR, "arrêté 2026-9")
    assert rien(connu), "held since the agent was recorded: no act gave it, none contradicts it"


def test_le_role_du_moteur_ne_se_donne_a_personne() -> None:
    connu = agent()
    with verifie_refus(connu, SaisieInvalide):
        connu.accorder(Role.SYSTEME, "arrêté 2026-1")


def test_un_role_retire_ne_l_est_qu_a_partir_de_sa_date() -> None:
    connu = pour(agent(), date(2026, 3, 2))
    connu.retirer(Role.INSTRUCTEUR, "arrêté 2026-2")
    assert topics(connu) == ["agent.habilitation_retiree.v1"]
    assert connu.roles(PLUS_TARD) == frozenset()
    assert connu.roles(datetime(2026, 3, 1, 12, tzinfo=UTC)) == {Role.INSTRUCTEUR}
    pour(connu, date(2026, 3, 2)).retirer(Role.INSTRUCTEUR, "arrêté 2026-2")
    assert rien(connu)
    with verifie_refus(connu, RoleManquant):
        connu.retirer(Role.INSTRUCTEUR, "arrêté 2026-9")


def test_retirer_un_role_que_l_agent_n_a_pas_est_refuse() -> None:
    connu = agent()
    with verifie_refus(connu, RoleManquant):
        connu.retirer(Role.FINANCE, "arrêté 2026-2")


def test_un_retrait_date_d_avant_l_octroi_n_aurait_aucun_effet_et_est_refuse() -> None:
    connu = pour(agent(NEUF_HEURES), NEUF_HEURES.date())
    with verifie_refus(connu, SaisieInvalide):
        connu.retirer(Role.INSTRUCTEUR, "arrêté 2026-2")
    pour(connu, NEUF_HEURES + timedelta(minutes=1)).retirer(Role.INSTRUCTEUR, "arrêté 2026-2")
    assert connu.roles(PLUS_TARD) == frozenset()


def test_un_role_retire_puis_rendu_le_meme_jour_est_tenu() -> None:
    connu = agent()
    connu.retirer(Role.INSTRUCTEUR, "arrêté 2026-2")
    assert connu.roles(PLUS_TARD) == frozenset()
    pour(connu, JOUR).accorder(Role.INSTRUCTEUR, "arrêté 2026-3")
    assert connu.roles(PLUS_TARD) == {Role.INSTRUCTEUR}


def test_les_roles_ne_dependent_pas_de_l_ordre_des_saisies() -> None:
    connu = agent()
    pour(connu, date(2026, 2, 2)).retirer(Role.INSTRUCTEUR, "arrêté 2026-2")
    pour(connu, date(2026, 3, 2)).accorder(Role.INSTRUCTEUR, "arrêté 2026-3")
    instants = [PLUS_TARD, *(datetime(2026, mois, 15, tzinfo=UTC) for mois in (1, 2, 3))]
    attendus = [connu.roles(instant) for instant in instants]
    assert [bool(roles) for roles in attendus] == [True, True, False, True]
    for ordre in permutations(connu.inscriptions):
        assert [plier(Agent, connu.id, ordre).roles(instant) for instant in instants] == attendus


def test_un_suppleant_tient_les_roles_de_l_absent_le_temps_de_son_absence() -> None:
    suppleant = agent()
    suppleant.suppleer("rosa", [Role.RESPONSABLE], date(2026, 2, 2), date(2026, 2, 6), "arrêté 2026-2")
    assert topics(suppleant) == ["agent.suppleance_recue.v1"]
    assert suppleant.supplee(datetime(2026, 2, 6, 22, 59, tzinfo=UTC)) == {Role.RESPONSABLE: "rosa"}
    assert suppleant.supplee(datetime(2026, 2, 6, 23, 1, tzinfo=UTC)) == {}
    assert suppleant.roles(PLUS_TARD) == {Role.INSTRUCTEUR}
    pour(suppleant, JOUR).suppleer("rosa", [Role.RESPONSABLE], date(2026, 2, 2), date(2026, 2, 6), "arrêté 2026-2")
    assert rien(suppleant)


def test_nul_ne_se_donne_les_roles_d_un_absent() -> None:
    """A responsable may declare an absence: naming himself, he would be administrateur."""
    suppleant = par(agent(), "agt-1", JOUR, PLUS_TARD)
    with verifie_refus(suppleant, QuatreYeux):
        suppleant.suppleer("admin", [Role.ADMINISTRATEUR], date(2026, 2, 2), date(2026, 2, 6), "arrêté 2026-2")


@pytest.mark.parametrize(
    ("absent", "roles", "au"),
    [("agt-1", [Role.FINANCE], 6), ("rosa", [], 6), ("rosa", [Role.FINANCE], 1)],
)
def test_une_suppleance_impossible_est_refusee(absent: str, roles: list[Role], au: int) -> None:
    suppleant = agent()
    with verifie_refus(suppleant, SaisieInvalide):
        suppleant.suppleer(absent, roles, date(2026, 2, 2), date(2026, 2, au), "arrêté 2026-2")

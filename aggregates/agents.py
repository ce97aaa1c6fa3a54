"""Agents of the institution: who may do what, since when, by which act. One stream per agent."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from kernel.agregat import Agregat
from kernel.attentes import Role
from kernel.faits import Entete, Fait, Noms
from kernel.identifiants import est_un_login
from kernel.instants import Instant, debut_de, jour_de
from kernel.refus import Refus, SaisieInvalide


class FaitAgent(Fait["Agent"]):
    """A fact of an agent."""


class AgentEnregistre(FaitAgent, topic="agent.enregistre.v1", reveille=False):
    """An agent is known under this login, with these roles."""

    identifiant: str
    roles: tuple[Role, ...]

    def appliquer(self, agregat: "Agent", entete: Entete) -> None:
        agregat.ref = self.identifiant
        agregat.mouvements += [(debut_de(entete.effectif_le), role, True) for role in self.roles]

    def phrase(self, noms: Noms) -> str:
        return f"Agent {self.identifiant} enregistré : {', '.join(self.roles)}."


class HabilitationAccordee(FaitAgent, topic="agent.habilitation_accordee.v1", reveille=False):
    """A role was given by an act."""

    role: Role
    acte: str

    def appliquer(self, agregat: "Agent", entete: Entete) -> None:
        agregat.mouvements.append((debut_de(entete.effectif_le), self.role, True))
        agregat.actes[self.role] = self.acte

    def phrase(self, noms: Noms) -> str:
        return f"Habilitation accordée : {self.role} ({self.acte})."


class HabilitationRetiree(FaitAgent, topic="agent.habilitation_retiree.v1", reveille=False):
    """A role was taken back by an act."""

    role: Role
    acte: str

    def appliquer(self, agregat: "Agent", entete: Entete) -> None:
        agregat.mouvements.append((debut_de(entete.effectif_le), self.role, False))
        agregat.actes.pop(self.role, None)
        agregat.retraits[self.role] = self.acte

    def phrase(self, noms: Noms) -> str:
        return f"Habilitation retirée : {self.role} ({self.acte})."


class SuppleanceRecue(FaitAgent, topic="agent.suppleance_recue.v1", reveille=False):
    """By an act, this agent holds another's roles while the other is away, both days included."""

    absent: str
    roles: tuple[Role, ...]
    du: date
    jusqu_au: date
    acte: str

    def appliquer(self, agregat: "Agent", entete: Entete) -> None:
        agregat.suppleances.append(self)

    def phrase(self, noms: Noms) -> str:
        dates = f"du {self.du:%d/%m/%Y} au {self.jusqu_au:%d/%m/%Y}"
        return f"Supplée {noms.agent(self.absent)} {dates} : {', '.join(self.roles)} ({self.acte})."


ROLES_DES_PERSONNES = frozenset(Role) - {Role.SYSTEME}


class RoleManquant(Refus, code="role_manquant"):
    """The agent does not hold the role the geste needs."""


@dataclass(eq=False)
class Agent(Agregat):
    """An agent: a login (`ref`) and dated roles."""

    nom: ClassVar[str] = "agent"
    ref: str = ""
    mouvements: list[tuple[Instant, Role, bool]] = field(default_factory=list)
    actes: dict[Role, str | None] = field(default_factory=dict)
    retraits: dict[Role, str] = field(default_factory=dict)
    suppleances: list[SuppleanceRecue] = field(default_factory=list)

    def roles(self, a: Instant) -> frozenset[Role]:
        """Return the roles held at that instant: given, and not taken back since; at one instant the last recorded counts."""
        tenus = {role: donne for instant, role, donne in sorted(self.mouvements, key=lambda m: m[0]) if instant <= a}
        return frozenset(role for role, donne in tenus.items() if donne)

    def supplee(self, a: Instant) -> dict[Role, str]:
        """Return the roles held in another's place at that instant, and in whose."""
        jour = jour_de(a)
        return {role: s.absent for s in self.suppleances if s.du <= jour <= s.jusqu_au for role in s.roles}

    def enregistrer(self, identifiant: str, roles: Sequence[Role]) -> None:
        """Record the agent, or refuse with SaisieInvalide (login, roles) or DejaFait (other roles); repeating it is silent."""
        if not est_un_login(identifiant):
            raise SaisieInvalide(
                f"Identifiant d’agent illisible : « {identifiant} » (minuscules, chiffres, point, tiret).",
                identifiant=identifiant,
            )
        if not roles or not ROLES_DES_PERSONNES.issuperset(roles):
            raise SaisieInvalide(
                f"Rôles attendus parmi : {', '.join(sorted(ROLES_DES_PERSONNES))}.", roles=[str(r) for r in roles]
            )
        enregistre = AgentEnregistre(identifiant=identifiant, roles=tuple(sorted(set(roles))))
        if not self.existe:
            self.survient(enregistre)
        elif self.inscriptions[0].fait != enregistre:
            raise AgentEnregistre.deja(
                f"L’agent {identifiant} est déjà enregistré avec d’autres rôles : utilisez « habilitation accorder »."
            )

    def accorder(self, role: Role, acte: str) -> None:
        """Give a role by an act; silent when it is held so.

        Refuse with SaisieInvalide for the engine's own role, or DejaFait when it is held by another act.
        """
        if role is Role.SYSTEME:
            raise SaisieInvalide("Le rôle SYSTEME ne se donne à personne.", role=role.value)
        if role not in self.roles(self.contexte.maintenant):
            self.survient(HabilitationAccordee(role=role, acte=acte))
        elif self.actes.get(role) not in {None, acte}:
            raise HabilitationAccordee.deja(f"L’agent {self.ref} a déjà le rôle « {role} », par un autre acte.")

    def suppleer(self, absent: str, roles: Sequence[Role], du: date, jusqu_au: date, acte: str) -> None:
        """Stand in for another agent; repeating it is silent.

        Refuse with SaisieInvalide (oneself, no role, dates crossed) or QuatreYeux (who declares it takes it).
        """
        if absent == self.ref:
            raise SaisieInvalide("Un agent ne se supplée pas lui-même.", absent=absent)
        if not roles or jusqu_au < du:
            raise SaisieInvalide(
                f"L’agent {absent} n’a aucun rôle à suppléer, ou la fin précède le début.", absent=absent
            )
        self.quatre_yeux("Nul ne se désigne lui-même suppléant : une autre personne doit le faire.", self.ref)
        recue = SuppleanceRecue(absent=absent, roles=tuple(sorted(set(roles))), du=du, jusqu_au=jusqu_au, acte=acte)
        if recue not in self.suppleances:
            self.survient(recue)

    def retirer(self, role: Role, acte: str) -> None:
        """Take a role back; taken back by that act already, it is silent.

        Refuse with RoleManquant when it is not held, SaisieInvalide for a date before it was given.
        """
        if role not in self.roles(self.contexte.maintenant):
            if self.retraits.get(role) == acte:
                return
            raise RoleManquant(f"L’agent {self.ref} n’a pas le rôle « {role} ».", role=role.value)
        le = self.contexte.effectif_le
        if any(donne and r is role and debut_de(le) < debut for debut, r, donne in self.mouvements):
            raise SaisieInvalide(
                f"Le rôle « {role} » a été accordé après le {jour_de(le):%d/%m/%Y} 00 h : donnez un instant.",
                role=role.value,
            )
        self.survient(HabilitationRetiree(role=role, acte=acte))

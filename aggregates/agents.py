"""Agents of the institution: who may do what, since when, by which act (a text of the coffre). One stream per agent."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Final
from uuid import UUID

from aggregates import oubli
from aggregates.oubli import CleDetruite, Oubliable, OubliDecide
from kernel.attentes import Attente, Role
from kernel.faits import Entete, Fait, IdDeTexte, Noms
from kernel.identifiants import est_un_login
from kernel.instants import Instant, debut_de, jour_de
from kernel.refus import Refus, SaisieInvalide

GROUPE: Final = re.compile(r"[a-z][a-z0-9_-]{0,39}")
"""A code, never a sentence: it goes into facts and the queue."""


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
        return f"Agent {self.identifiant} enregistré : {', '.join(noms.role(role) for role in self.roles)}."


class HabilitationAccordee(FaitAgent, topic="agent.habilitation_accordee.v1", reveille=False):
    """A role was given by an act."""

    role: Role
    acte: IdDeTexte

    def appliquer(self, agregat: "Agent", entete: Entete) -> None:
        agregat.mouvements.append((debut_de(entete.effectif_le), self.role, True))
        agregat.actes[self.role] = self.acte

    def phrase(self, noms: Noms) -> str:
        return f"Habilitation accordée : {noms.role(self.role)} ({noms.texte(self.acte)})."


class HabilitationRetiree(FaitAgent, topic="agent.habilitation_retiree.v1", reveille=False):
    """A role was taken back by an act."""

    role: Role
    acte: IdDeTexte

    def appliquer(self, agregat: "Agent", entete: Entete) -> None:
        agregat.mouvements.append((debut_de(entete.effectif_le), self.role, False))
        agregat.actes.pop(self.role, None)
        agregat.retraits[self.role] = self.acte

    def phrase(self, noms: Noms) -> str:
        return f"Habilitation retirée : {noms.role(self.role)} ({noms.texte(self.acte)})."


class AbsenceDeclaree(FaitAgent, topic="agent.absence_declaree.v1", reveille=False):
    """By an act, another holds this agent's roles while it is away, both days included; `au_titre_de`: who declared it."""

    suppleant: str
    au_titre_de: Role
    du: date
    jusqu_au: date
    acte: IdDeTexte

    def appliquer(self, agregat: "Agent", entete: Entete) -> None:
        agregat.absences[entete.version] = self

    def phrase(self, noms: Noms) -> str:
        dates = f"du {self.du:%d/%m/%Y} au {self.jusqu_au:%d/%m/%Y}"
        return f"Absence {dates}, suppléée par {noms.agent(self.suppleant)} ({noms.texte(self.acte)})."


class AbsenceTerminee(FaitAgent, topic="agent.absence_terminee.v1", reveille=False):
    """An absence is over, or will not be: nobody stands in any more; `acte` when another person revoked it."""

    absence: int
    acte: IdDeTexte | None

    def appliquer(self, agregat: "Agent", entete: Entete) -> None:
        if absence := agregat.absences.pop(self.absence, None):
            agregat.terminees[absence.du] = self.acte

    def phrase(self, noms: Noms) -> str:
        if self.acte is None:
            return "Absence terminée par l’agent lui-même."
        return f"Suppléance révoquée ({noms.texte(self.acte)})."


class AgentRattache(FaitAgent, topic="agent.rattache.v1", reveille=False):
    """The groups an agent works in, all of them, by their codes: what is given to a group is given to its agents."""

    groupes: tuple[str, ...]

    def appliquer(self, agregat: "Agent", entete: Entete) -> None:
        agregat.groupes = frozenset(self.groupes)

    def phrase(self, noms: Noms) -> str:
        return f"Groupes de l’agent : {', '.join(self.groupes) or 'aucun'}."


class OubliDeLAgent(OubliDecide, topic="agent.oubli_decide.v1"):
    """What the acts cited say of an agent is to be forgotten; no role is given to it any more, its own can be taken back."""


class CleDeLAgentDetruite(CleDetruite, topic="agent.cle_detruite.v1"):
    """The acts cited of an agent can be read no more; the roles it had, and what it did with them, stand."""


ROLES_DES_PERSONNES = frozenset(Role) - {Role.SYSTEME}
CONFIABLES: Final[Mapping[Role, frozenset[Role]]] = {
    Role.ADMINISTRATEUR: ROLES_DES_PERSONNES,
    Role.RESPONSABLE: frozenset({Role.INSTRUCTEUR, Role.RESPONSABLE}),
}
"""The roles that who declares an absence may hand on: an administrateur gives them all, a responsable those of his service."""


class RoleManquant(Refus, code="role_manquant"):
    """The agent does not hold the role the geste needs."""


class DernierAdministrateur(Refus, code="dernier_administrateur"):
    """Without an administrateur, nobody could ever give a role again."""


@dataclass(eq=False)
class Agent(Oubliable):
    """An agent: a login (`ref`) and dated roles."""

    nom: ClassVar[str] = "agent"
    decision_d_oubli: ClassVar[type[OubliDecide]] = OubliDeLAgent
    destruction: ClassVar[type[CleDetruite]] = CleDeLAgentDetruite
    ref: str = ""
    mouvements: list[tuple[Instant, Role, bool]] = field(default_factory=list)
    actes: dict[Role, UUID | None] = field(default_factory=dict)
    retraits: dict[Role, UUID] = field(default_factory=dict)
    absences: dict[int, AbsenceDeclaree] = field(default_factory=dict)
    terminees: dict[date, UUID | None] = field(default_factory=dict)
    groupes: frozenset[str] = frozenset()

    def roles(self, a: Instant) -> frozenset[Role]:
        """Return the roles held at that instant: given, and not taken back since; at one instant the last recorded counts."""
        tenus = {role: donne for instant, role, donne in sorted(self.mouvements, key=lambda m: m[0]) if instant <= a}
        return frozenset(role for role, donne in tenus.items() if donne)

    def absence(self, a: Instant) -> AbsenceDeclaree | None:
        """Return the absence under way at that instant: the agent does nothing meanwhile, whoever stands in does."""
        return next((absence for _, absence in self._absences(jour_de(a))), None)

    def confies(self, suppleant: str, a: Instant) -> frozenset[Role]:
        """Return the roles that this agent holds at that instant and that another then holds in its place."""
        titres = [absence.au_titre_de for _, absence in self._absences(jour_de(a)) if absence.suppleant == suppleant]
        return self.roles(a) & frozenset().union(*(CONFIABLES[titre] for titre in titres))

    def _absences(self, jour: date) -> Iterator[tuple[int, AbsenceDeclaree]]:
        return (
            (version, absence) for version, absence in self.absences.items() if absence.du <= jour <= absence.jusqu_au
        )

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
        else:
            self.redire(AgentEnregistre)

    def accorder(self, role: Role, acte: UUID) -> None:
        """Give a role by an act; silent when it is held so.

        Refuse with SaisieInvalide the engine's own role, GesteImpossible who is forgotten, AvantLeJalon a date that a later
        withdrawal undoes, DejaFait the role held by another act, or since the agent was recorded.
        """
        if role is Role.SYSTEME:
            raise SaisieInvalide("Le rôle SYSTEME ne se donne à personne.", role=role.value)
        if self.oubli is not None:
            raise self.impossible("accorder", f"l’agent {self.ref} est oublié")
        if role not in self.roles(self.contexte.maintenant):
            self._exiger_rien_apres(role, donne=False)
            self.survient(HabilitationAccordee(role=role, acte=acte))
        elif (tenu_par := self.actes.get(role)) is None:
            raise AgentEnregistre.deja(f"L’agent {self.ref} a le rôle « {role} » depuis son enregistrement, sans acte.")
        elif tenu_par != acte:
            raise HabilitationAccordee.deja(f"L’agent {self.ref} a déjà le rôle « {role} », par un autre acte.")
        else:
            self.redire(HabilitationAccordee, role=role)

    def rattacher(self, groupes: Sequence[str]) -> None:
        """Say in which groups it works, or refuse with SaisieInvalide what is no code; repeating it is silent."""
        faux = [groupe for groupe in groupes if not GROUPE.fullmatch(groupe)]
        if faux:
            raise SaisieInvalide(
                f"« {faux[0]} » n’est pas un code de groupe : minuscules sans accent, chiffres, tirets.", groupe=faux[0]
            )
        if self.groupes == frozenset(groupes):
            return self.redire(AgentRattache)
        self.survient(AgentRattache(groupes=tuple(sorted(set(groupes)))))

    def s_absenter(self, suppleant: str, du: date, jusqu_au: date, acte: UUID) -> None:
        """Have another stand in for these days; repeating it is silent.

        Refuse with SaisieInvalide (itself, no role, dates crossed), QuatreYeux (who declares it stands in), or RoleManquant
        when who declares it may not give a role that is held.
        """
        tenus, titre = self.roles(self.contexte.maintenant), Role(self.contexte.habilitation or "")
        if suppleant == self.ref:
            raise SaisieInvalide("Un agent ne se supplée pas lui-même.", suppleant=suppleant)
        if not tenus or jusqu_au < du:
            raise SaisieInvalide(f"L’agent {self.ref} n’a aucun rôle à suppléer, ou la fin précède le début.")
        self.quatre_yeux("Nul ne se désigne lui-même suppléant : une autre personne doit le faire.", suppleant)
        if reserves := sorted(tenus - CONFIABLES[titre]):
            raise RoleManquant(
                f"L’agent {self.ref} a le rôle {', '.join(reserves)} : seul un administrateur désigne son suppléant.",
                roles=reserves,
            )
        absence = AbsenceDeclaree(suppleant=suppleant, au_titre_de=titre, du=du, jusqu_au=jusqu_au, acte=acte)
        if absence in self.absences.values():
            return self.redire(AbsenceDeclaree, **dict(absence))
        self.survient(absence)

    def terminer_absence(self) -> None:
        """Come back: end the absences under way, or refuse with GesteImpossible when there is none."""
        en_cours = list(self._absences(jour_de(self.contexte.maintenant)))
        if not en_cours:
            raise self.impossible("terminer", f"l’agent {self.ref} n’est pas absent")
        for version, _ in en_cours:
            self._exiger_declaree(version)
            self.survient(AbsenceTerminee(absence=version, acte=None))

    def revoquer_absence(self, du: date, acte: UUID) -> None:
        """End the absence of that first day, begun or not; repeating it is silent. Refuse with GesteImpossible when there is none."""
        visees = [version for version, absence in self.absences.items() if absence.du == du]
        if not visees:
            if self.terminees.get(du) == acte:
                return self.redire(AbsenceTerminee, acte=acte)
            raise self.impossible("revoquer", f"l’agent {self.ref} n’a pas d’absence à partir du {du:%d/%m/%Y}")
        for version in visees:
            self._exiger_declaree(version)
            self.survient(AbsenceTerminee(absence=version, acte=acte))

    def _exiger_declaree(self, absence: int) -> None:
        self.exiger_apres("la déclaration de l’absence", self.inscriptions[absence - 1].entete.effectif_le)

    def retirer(self, role: Role, acte: UUID, *, autre_administrateur: bool) -> None:
        """Take a role back; taken back by that act already, it is silent.

        Refuse with RoleManquant when it is not held, DernierAdministrateur, AvantLeJalon for a date before it was given.
        """
        if role not in self.roles(self.contexte.maintenant):
            if self.retraits.get(role) == acte:
                return self.redire(HabilitationRetiree, role=role)
            raise RoleManquant(f"L’agent {self.ref} n’a pas le rôle « {role} ».", role=role.value)
        if role is Role.ADMINISTRATEUR and not autre_administrateur:
            raise DernierAdministrateur(f"{self.ref} est le dernier administrateur : nommez-en d’abord un autre.")
        self._exiger_rien_apres(role, donne=True)
        self.survient(HabilitationRetiree(role=role, acte=acte))

    def _exiger_rien_apres(self, role: Role, *, donne: bool) -> None:
        """Refuse with AvantLeJalon a date before the role was given, or taken back: it would change nothing."""
        dernier = max((debut for debut, r, d in self.mouvements if r is role and d is donne), default=None)
        mot = "l’habilitation" if donne else "le retrait"
        self.exiger_apres(f"{mot} du rôle « {role} »", dernier, le=debut_de(self.contexte.effectif_le))


def attentes(agent: Agent) -> Iterator[Attente]:
    """Yield what the engine owes who is to be forgotten."""
    yield from oubli.attentes(agent)

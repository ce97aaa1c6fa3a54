"""Accounts: inviting an agent, choosing a password, saying who one is."""

from typing import Final

from application.habilitations import ActeurInconnu, est_un_agent
from application.journal import log
from application.services import Services
from application.site import Site
from kernel.refus import Refus, SaisieInvalide

LONGUEUR: Final = 12
LONGUEUR_MAX: Final = 200


class SansCompte(Refus, code="sans_compte"):
    """The agent was never invited."""


class LienPerime(Refus, code="lien_perime"):
    """A link serves once, for two days."""

    def __init__(self) -> None:
        super().__init__("Ce lien a déjà servi, ou il a plus de 48 heures : demandez-en un autre à un administrateur.")


def inviter(services: Services, site: Site, agent: str, courriel: str, par: str) -> str:
    """Open the account of an agent; return the secret of the link, to be shown once to whoever invites.

    Raises:
        ActeurInconnu: no agent has that login.
        SaisieInvalide: what is given is no e-mail.
        CourrielPris: it is another agent's.
    """
    if not est_un_agent(services.store, agent):
        raise ActeurInconnu(f"L’agent « {agent} » n’est pas enregistré.", acteur=agent)
    local, arobase, domaine = courriel.strip().partition("@")
    if not (local and arobase and "." in domaine) or any(c.isspace() for c in courriel.strip()) or "@" in domaine:
        raise SaisieInvalide("L’adresse de courriel doit ressembler à nom@exemple.fr.", champ="courriel")
    site.comptes.inviter(agent, courriel.strip())
    log.info("compte.invite", agent=agent, acteur=par)
    return site.liens.faire(agent)


def reinitialiser(site: Site, agent: str, par: str) -> str:
    """Forget how an agent signs in, end its sessions, and return the secret of a new link; refuse with SansCompte."""
    if site.comptes.lire(agent) is None:
        raise SansCompte(f"L’agent « {agent} » n’a pas de compte : invitez-le d’abord.", agent=agent)
    site.comptes.oublier_secrets(agent)
    site.sessions.fermer(agent)
    log.info("compte.reinitialise", agent=agent, acteur=par)
    return site.liens.faire(agent)


def choisir_mot_de_passe(site: Site, secret: str, mot_de_passe: str) -> str:
    """Give its password to the agent of a link, which then served; return the agent.

    Raises:
        LienPerime: the link served, or is too old.
        SaisieInvalide: the password is too short, too long, or the login.
    """
    agent = site.liens.lire(secret)
    if agent is None:
        raise LienPerime
    _exiger_bon(mot_de_passe, agent)
    if site.liens.consommer(secret) is None:
        raise LienPerime
    site.comptes.choisir_mot_de_passe(agent, mot_de_passe)
    log.info("compte.mot_de_passe_choisi", agent=agent)
    return agent


def _exiger_bon(mot_de_passe: str, agent: str) -> None:
    """Length is what makes a password hard to guess; a rule of composition only makes it hard to remember."""
    if not LONGUEUR <= len(mot_de_passe) <= LONGUEUR_MAX:
        raise SaisieInvalide(
            f"Choisissez de {LONGUEUR} à {LONGUEUR_MAX} signes : plusieurs mots font un bon mot de passe.",
            champ="mot_de_passe",
        )
    if len(mot_de_passe.casefold().replace(agent, "")) < LONGUEUR // 2:
        raise SaisieInvalide("Le mot de passe ne doit pas être votre identifiant.", champ="mot_de_passe")


def identifier(site: Site, agent: str, mot_de_passe: str, code: str) -> bool | None:
    """Tell whether two factors were given, or None when who asks is not that agent.

    The same answer, in the same time, for a login that nobody has, a wrong password, a wrong code, and while one must wait.
    """
    attend = site.echecs.en_attente(agent)
    juste = site.comptes.verifier_mot_de_passe(agent, mot_de_passe[:LONGUEUR_MAX]) and not attend
    compte = site.comptes.lire(agent) if juste else None
    if compte is not None and (not compte.second_facteur or site.comptes.verifier_code(agent, code)):
        site.echecs.oublier(agent)
        return compte.second_facteur
    if not attend:
        site.echecs.noter(agent)
    return None


def prouver(site: Site, agent: str, donne: str) -> bool | None:
    """Tell, of who is signed in, whether the second factor was given, or the password; None for neither."""
    compte = site.comptes.lire(agent)
    if compte is None or site.echecs.en_attente(agent):
        return None
    if compte.second_facteur and site.comptes.verifier_code(agent, donne):
        return True
    if site.comptes.verifier_mot_de_passe(agent, donne[:LONGUEUR_MAX]):
        return False
    site.echecs.noter(agent)
    return None

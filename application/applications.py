"""Programs that act: an application is an agent with roles of its own, and never a second person. The one place of that rule."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final, TypeVar
from uuid import UUID

from application.declaration import Geste
from application.gestes.recueil import tous
from application.habilitations import ActeurInconnu, Tenus, exiger_role, tenus
from application.journal import log
from application.services import Services
from application.site import Jeton, Site
from kernel.attentes import Role
from kernel.identifiants import ReferenceInconnue
from kernel.refus import Refus, SaisieInvalide
from kernel.textes import exiger_textes_lisibles

V = TypeVar("V")

SECONDE_PERSONNE: Final = frozenset(
    {
        "absence declarer",
        "bordereau signer",
        "dossier renvoyer",
        "dossier retirer-interet",
        "dossier viser",
        "subvention mandater",
        "subvention valider-reprise",
        "tiers valider-coordonnees",
    }
)
"""What is done under four eyes: the second pair is a person's."""
DES_PERSONNES: Final = frozenset({"agent", "habilitation", "absence"})
"""Nouns that are about who may do what: no program decides it, nor reads it."""
LECTURES: Final = (
    "assemblees",
    "bordereaux",
    "campagnes",
    "deliberations",
    "dossiers",
    "enveloppes",
    "evenements",
    "file",
    "seances",
    "subventions",
    "tiers",
)
"""What a token may read: the first word of an address of the API."""
NOM_MAX: Final = 100
JOURS: Final = 90
JOURS_MAX: Final = 366
"""How long a token lives, in days: choices of the service."""


class ReserveAuxPersonnes(Refus, code="reserve_aux_personnes"):
    """No application does that: it needs a person."""


class HorsDuJeton(Refus, code="hors_du_jeton"):
    """The token was not given for that."""


def permis(geste: Geste) -> bool:
    """Tell whether an application may be given a geste."""
    nom = f"{geste.agregat} {geste.nom}"
    sans_ordonnateur = bool(set(geste.roles) - {Role.ORDONNATEUR})
    return sans_ordonnateur and nom not in SECONDE_PERSONNE and geste.agregat not in DES_PERSONNES


def roles_de_l_application(tient: Tenus) -> frozenset[Role]:
    """Return the roles that an application uses: its own; none once it is ordonnateur, or another's stand-in."""
    return frozenset() if tient.supplees or tient.absent or Role.ORDONNATEUR in tient.propres else tient.propres


def exiger_admis(geste: Geste, roles: frozenset[Role], gestes: frozenset[str]) -> None:
    """Let an application do a geste, or refuse with ReserveAuxPersonnes or HorsDuJeton."""
    nom = f"{geste.agregat} {geste.nom}"
    if not permis(geste):
        raise ReserveAuxPersonnes(f"« {nom} » est réservé à une personne : aucune application ne le fait.", geste=nom)
    if nom not in gestes or not roles & set(geste.roles):
        raise HorsDuJeton(f"Ce jeton n’est pas donné pour « {nom} ».", geste=nom)


def exiger_lisible(lecture: str, lectures: frozenset[str]) -> None:
    """Let an application read, or refuse with HorsDuJeton."""
    if lecture not in lectures:
        raise HorsDuJeton(f"Ce jeton n’est pas donné pour lire « {lecture} ».", lecture=lecture)


def creer_jeton(
    services: Services,
    site: Site,
    acteur: str | None,
    *,
    agent: str,
    nom: str,
    gestes: Iterable[str],
    lectures: Iterable[str],
    jours: int = JOURS,
) -> tuple[str, Jeton]:
    """Give a token to an application, known as `agent`; return its secret, said this once, and what is kept of it.

    Raises:
        SaisieInvalide: nothing is asked for, or what does not exist; it has no name; it ends too late.
        ActeurInconnu: the agent was never recorded.
        ReserveAuxPersonnes: a person does that, or the agent is one who signs or stands in for another.
        RoleManquant: the agent could not do one of the gestes; or who asks is no administrateur.
    """
    maintenant = services.maintenant()
    exiger_role(services.store, acteur, (Role.ADMINISTRATEUR,), maintenant, "jeton creer")
    tient = tenus(services.store, agent, maintenant)
    roles = roles_de_l_application(tient)
    if not tient.propres:
        raise ActeurInconnu(f"L’agent « {agent} » n’est pas enregistré, ou n’a aucun rôle.", acteur=agent)
    if not roles or site.comptes.lire(agent) is not None:
        raise ReserveAuxPersonnes(
            f"L’agent {agent} a un compte, est ordonnateur, absent, ou suppléant d’un autre : ce n’est pas une application.",
            acteur=agent,
        )
    if not nom.strip() or len(nom) > NOM_MAX:
        raise SaisieInvalide(f"Donnez le nom de l’application, de {NOM_MAX} signes au plus.", champ="nom")
    exiger_textes_lisibles(nom, "nom")
    if not 1 <= jours <= JOURS_MAX:
        raise SaisieInvalide(f"Un jeton vaut de 1 à {JOURS_MAX} jours.", champ="jours")
    voulus = _choisis(gestes, {f"{geste.agregat} {geste.nom}": geste for geste in tous()}, "gestes")
    lues = _choisis(lectures, {lecture: lecture for lecture in LECTURES}, "lectures")
    if not voulus and not lues:
        raise SaisieInvalide("À quoi sert ce jeton ? Donnez des gestes, des lectures, ou les deux.", champ="gestes")
    for geste in voulus.values():
        exiger_admis(geste, roles, frozenset(voulus))
    secret, jeton = site.jetons.creer(
        agent=agent,
        nom=nom,
        gestes=tuple(sorted(voulus)),
        lectures=tuple(sorted(lues)),
        cree_par=acteur or "",
        duree=timedelta(days=jours),
    )
    log.info("jeton.cree", id=str(jeton.id), agent=agent, acteur=acteur)
    return secret, jeton


def revoquer_jeton(services: Services, site: Site, acteur: str | None, identifiant: UUID) -> Jeton:
    """End a token at once; repeating it is silent. Refuse with RoleManquant, or ReferenceInconnue when there is none."""
    exiger_role(services.store, acteur, (Role.ADMINISTRATEUR,), services.maintenant(), "jeton revoquer")
    jeton = site.jetons.revoquer(identifiant)
    if jeton is None:
        raise ReferenceInconnue(f"Aucun jeton n’a l’identifiant {identifiant}.", reference=str(identifiant))
    log.info("jeton.revoque", id=str(identifiant), acteur=acteur)
    return jeton


def _choisis(noms: Iterable[str], connus: Mapping[str, V], champ: str) -> dict[str, V]:
    voulus = dict.fromkeys(noms)
    if inconnus := sorted(voulus.keys() - connus.keys()):
        raise SaisieInvalide(f"Ces {champ} n’existent pas : {', '.join(inconnus)}.", champ=champ, inconnus=inconnus)
    return {nom: connus[nom] for nom in voulus}

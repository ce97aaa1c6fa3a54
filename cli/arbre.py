"""The tree of commands: each is named here, and read and built only when it is the one asked for.

A command of a script pays for itself, not for the hundred others. Gestes are not named: their registry says them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Final

AGENTS: Final = "Le travail des agents"
LECTURES: Final = "Les lectures"
MOTEUR: Final = "Le moteur"
OUTILS: Final = "Les outils"
GESTES: Final = "Les gestes"
"""Panels of a page of help, in the order in which commands are listed below."""


@dataclass(frozen=True, slots=True)
class Feuille:
    """A command: its line in the help of its group, the panel it stands in, and the function that is it ("module:name").

    With `espece`, the function makes the command for that kind of aggregate, or of process.
    """

    aide: str
    panneau: str
    ou: str
    espece: str | None = None
    exemple: str | None = None

    def fonction(self) -> Callable[..., Any]:
        """Read the module of the command."""
        module, _, nom = self.ou.partition(":")
        trouvee: Callable[..., Any] = getattr(import_module(module), nom)
        return trouvee if self.espece is None else trouvee(self.espece)


@dataclass(frozen=True, slots=True)
class FeuilleDeGeste:
    """A geste of the registry, as a command."""

    geste: Any
    panneau: str = GESTES

    @property
    def aide(self) -> str:
        """Return what it does, and who may."""
        mots = import_module("application.mots")
        roles = ", ".join(mots.mot(mots.ROLES, role.value).lower() for role in self.geste.roles)
        return f"{(self.geste.commande.__doc__ or '').strip()} (rôle : {roles})"

    @property
    def exemple(self) -> str:
        """Return how it is written."""
        ecrit: str = import_module("cli.exemples").exemple(self.geste)
        return ecrit

    def fonction(self) -> Callable[..., Any]:
        """Read the class of the command."""
        fonction: Callable[..., Any] = import_module("cli.gestes").commande(self.geste)
        return fonction


Noeud = Feuille | FeuilleDeGeste


@dataclass(frozen=True, slots=True)
class Branche(Mapping[str, Noeud]):
    """A group of commands; with `gestes`, those of its aggregate are among them, read when one is needed."""

    nom: str
    aide: str
    panneau: str
    feuilles: Mapping[str, Feuille] = field(default_factory=dict)
    gestes: bool = True

    def __getitem__(self, nom: str) -> Noeud:
        return self.feuilles[nom] if nom in self.feuilles else self._gestes()[nom]

    def __iter__(self) -> Iterator[str]:
        yield from self._gestes()
        yield from self.feuilles

    def __len__(self) -> int:
        return len(self._gestes()) + len(self.feuilles)

    def _gestes(self) -> dict[str, FeuilleDeGeste]:
        if not self.gestes:
            return {}
        registre = import_module("application.gestes.recueil")
        return {geste.nom: FeuilleDeGeste(geste) for geste in registre.gestes_de(self.nom)}


def _lectures(espece: str) -> dict[str, Feuille]:
    """Return the readings every aggregate has."""
    return {
        nom: Feuille(aide, LECTURES, ou, espece)
        for nom, aide, ou in (
            ("voir", "Ce qu’on en sait, à une date et tel qu’on le connaissait.", "cli.lectures:voir"),
            ("lister", "Leurs numéros, et où chacun en est.", "cli.listes:lister_une"),
            ("historique", "Chaque fait, sa phrase, ses deux dates.", "cli.lectures:historique"),
            ("attentes", "Ce qui est attendu, de qui, depuis et jusqu’à quand.", "cli.lectures:attentes"),
        )
    }


_COMPARER: Final = Feuille("Ce qui diffère d’un dossier entre deux dates.", LECTURES, "cli.lectures:comparer")
_DOSSIER: Final = {
    **_lectures("dossier"),
    "comparer": _COMPARER,
    "recalculer": Feuille(
        "Le montant proposé, refait depuis la même entrée : égal, ou la première étape qui diffère.",
        LECTURES,
        "cli.lectures:recalculer",
    ),
    "lister": Feuille("Les dossiers, par état.", LECTURES, "cli.listes:lister"),
}
_CAMPAGNE: Final = {
    **_lectures("campagne"),
    "lister": Feuille("Les campagnes.", LECTURES, "cli.listes:lister_campagnes"),
    "verifier": Feuille("Dire tout ce qui empêche d’ouvrir une campagne.", OUTILS, "cli.outils:verifier"),
    "simuler": Feuille(
        "Essayer un projet de règlement sur une campagne close ; rien n’est enregistré.",
        OUTILS,
        "cli.simulation:simuler",
    ),
}

_AGENT: Final = {
    **_lectures("agent"),
    "inviter": Feuille(
        "Ouvrir le compte d’un agent sur le site, et montrer une fois son lien (rôle : administrateur).",
        AGENTS,
        "cli.comptes:inviter",
    ),
}
_COMPTE: Final = {
    "reinitialiser": Feuille(
        "Oublier le mot de passe et le second facteur d’un agent, et montrer une fois un lien (rôle : administrateur).",
        AGENTS,
        "cli.comptes:reinitialiser",
    ),
}

RACINE: Final[Mapping[str, Branche | Feuille]] = {
    branche.nom: branche
    for branche in (
        Branche("dossier", "Dossiers, du dépôt à la clôture.", AGENTS, _DOSSIER),
        Branche("campagne", "Campagnes : un dispositif, une année, un règlement.", AGENTS, _CAMPAGNE),
        Branche("tiers", "Personnes morales et leurs coordonnées.", AGENTS, _lectures("tiers")),
        Branche("assemblee", "Composition de l’assemblée.", AGENTS, _lectures("assemblee")),
        Branche("seance", "Séances de la commission permanente.", AGENTS, _lectures("seance")),
        Branche("deliberation", "Rapports, scrutins, actes.", AGENTS, _lectures("deliberation")),
        Branche("enveloppe", "Crédits.", AGENTS, _lectures("enveloppe")),
        Branche("subvention", "De la notification au solde.", AGENTS, _lectures("subvention")),
        Branche("bordereau", "Bordereaux d’ordres de paiement.", AGENTS, _lectures("bordereau")),
        Branche("agent", "Agents de l’institution.", AGENTS, _AGENT),
        Branche("compte", "Comptes : comment les agents se connectent au site.", AGENTS, _COMPTE, gestes=False),
        Branche("habilitation", "Qui peut faire quoi, depuis quand, par quel acte.", AGENTS),
        Branche("absence", "Qui supplée qui, et quand.", AGENTS),
    )
} | {
    "reprendre": Feuille("Reprendre ce qui a commencé ailleurs, depuis un fichier.", AGENTS, "cli.reprise:reprendre"),
    "dn": Branche(
        "dn",
        "Démarche Numérique : les demandes qui y sont déposées.",
        AGENTS,
        {
            "importer": Feuille(
                "Lire une démarche une fois, et déposer ce qui est nouveau (rôle : instructeur, administrateur).",
                AGENTS,
                "cli.teleservice:importer",
            ),
            "voir": Feuille(
                "Jusqu’où chaque démarche est lue, et ce qui n’a pas été pris.", LECTURES, "cli.teleservice:voir"
            ),
        },
        gestes=False,
    ),
    "reprise": Branche(
        "reprise",
        "Attributions reprises d’un fichier.",
        AGENTS,
        {
            "valider": Feuille(
                "Valider les attributions qu’une autre personne a reprises (rôle : responsable, finance).",
                AGENTS,
                "cli.reprise:valider",
            )
        },
        gestes=False,
    ),
    "edition": Branche(
        "edition",
        "Documents : les refaire depuis leur recette, en voir le projet.",
        AGENTS,
        {
            "refaire": Feuille(
                "Refaire un document : mêmes octets, ou ce qui diffère ; code 4 alors.",
                LECTURES,
                "cli.editions:refaire",
            ),
            "projet": Feuille("Écrire ce qu’un document serait, marqué « projet ».", LECTURES, "cli.editions:projet"),
        },
        gestes=False,
    ),
    "file": Feuille("Ce qu’on attend des gens, le plus en retard d’abord.", LECTURES, "cli.listes:file"),
    # the three questions asked most are also asked of a dossier without naming its kind
    "historique": Feuille(
        "Chaque fait d’un dossier, sa phrase, ses deux dates.", LECTURES, "cli.lectures:historique", "dossier"
    ),
    "attentes": Feuille(
        "Pourquoi un dossier attend, de qui, jusqu’à quand.", LECTURES, "cli.lectures:attentes", "dossier"
    ),
    "comparer": _COMPARER,
    "exporter": Branche(
        "exporter",
        "Ce qui sort : données ouvertes, ordres de paiement, faits.",
        LECTURES,
        {
            "scdl": Feuille(
                "Les attributions au format SCDL subventions 2.1.1 (CSV, UTF-8).", LECTURES, "cli.exporter:scdl"
            ),
            "ordres": Feuille(
                "Les ordres de paiement à remettre aux finances (rôle : finance, ordonnateur).",
                LECTURES,
                "cli.exporter:ordres",
            ),
            "pes": Feuille("Le flux PES V2 (pas encore disponible).", LECTURES, "cli.exporter:pes"),
            "evenements": Feuille("Les faits, un CloudEvents 1.0 par ligne.", LECTURES, "cli.exporter:evenements"),
            "audit": Feuille(
                "Un dossier, une séance ou une campagne, à vérifier ailleurs (ZIP ; rôle : auditeur).",
                LECTURES,
                "cli.exporter:audit",
            ),
        },
        gestes=False,
    ),
    "servir": Feuille(
        "Tout en un : site, worker, relais, projecteur, et Temporal local sans adresse.", MOTEUR, "cli.processus:servir"
    ),
    "web": Feuille("Le site seul.", MOTEUR, "cli.processus:web"),
    "worker": Feuille("Le worker seul.", MOTEUR, "cli.processus:seul", "worker"),
    "relais": Feuille("Le relais et la réconciliation seuls.", MOTEUR, "cli.processus:seul", "relais"),
    "projecteur": Feuille("Le projecteur seul.", MOTEUR, "cli.processus:seul", "projecteur"),
    "etat": Feuille(
        "Positions, retards, commandes parquées, écarts ; code 4 sur une anomalie.", MOTEUR, "cli.etat:etat"
    ),
    "verifier": Feuille(
        "Relire la base telle qu’elle est stockée : rien n’y a été changé, ôté ni ajouté ; code 4 sinon.",
        MOTEUR,
        "cli.verification:verifier",
    ),
    "reconcilier": Feuille(
        "Comparer la base et Temporal ; --reparer tend aussi le filet.", MOTEUR, "cli.entretien:reconcilier"
    ),
    "reconstruire": Feuille("Refaire les lectures et les suivis depuis la base.", MOTEUR, "cli.entretien:reconstruire"),
    "migrer": Feuille("Préparer la base (seul endroit qui crée des tables).", MOTEUR, "cli.outils:migrer"),
    "horloge": Branche(
        "horloge",
        "Horloge de la base.",
        MOTEUR,
        {
            "avancer": Feuille(
                "Avancer d’échéance en échéance jusqu’à un instant (répétition seulement).",
                MOTEUR,
                "cli.horloge:avancer",
            ),
            "voir": Feuille("L’heure de la base.", MOTEUR, "cli.horloge:voir"),
            "historique": Feuille("Les sauts acceptés (REF : base).", LECTURES, "cli.lectures:historique", "horloge"),
        },
    ),
    "jeton": Branche(
        "jeton",
        "Jetons des applications : ce que fait et lit un programme.",
        MOTEUR,
        {
            "creer": Feuille("Donner un jeton à une application (rôle : administrateur).", MOTEUR, "cli.jetons:creer"),
            "lister": Feuille("Les jetons, sans leur secret (rôle : administrateur).", MOTEUR, "cli.jetons:lister"),
            "revoquer": Feuille("Mettre fin à un jeton (rôle : administrateur).", MOTEUR, "cli.jetons:revoquer"),
        },
        gestes=False,
    ),
    "webhook": Branche(
        "webhook",
        "Webhooks : à qui chaque fait est dit, signé, dans l’ordre.",
        MOTEUR,
        {
            nom: Feuille(aide, MOTEUR, f"cli.webhooks:{nom}")
            for nom, aide in (
                ("creer", "Dire chaque fait à une adresse, à partir de maintenant (rôle : administrateur)."),
                ("lister", "Les webhooks, et ce qui n’a pas pu être dit (rôle : administrateur)."),
                ("tourner", "Tirer un second secret ; --finir oublie l’ancien (rôle : administrateur)."),
                ("revoquer", "Ne plus rien dire à une adresse (rôle : administrateur)."),
                ("rejouer", "Redire ce qui est mort, ou un seul fait (rôle : administrateur)."),
            )
        },
        gestes=False,
    ),
    "coffre": Branche(
        "coffre",
        "Coffre : textes et données personnelles.",
        MOTEUR,
        {
            "tourner-cle": Feuille(
                "Remplacer la clé maîtresse ; aucun texte ni aucun fait ne change.", MOTEUR, "cli.coffre:tourner_cle"
            ),
            "purger": Feuille(
                "Retirer les pièces et les textes qu’un acte interrompu a laissés et qu’aucun fait ne nomme.",
                MOTEUR,
                "cli.coffre:purger",
            ),
            "oublier": Feuille(
                "Oublier une personne : un dossier ou un tiers (rôle : administrateur).", MOTEUR, "cli.coffre:oublier"
            ),
        },
        gestes=False,
    ),
    "demo": Feuille("Jouer une campagne d’exemple sur le vrai moteur, puis servir le site.", OUTILS, "cli.demo:demo"),
    "delai": Feuille("Le calendrier légal comme une calculatrice.", OUTILS, "cli.outils:delai"),
    "completion": Feuille(
        "Ce que le terminal complète : à charger une fois (bash, zsh ou fish).", OUTILS, "cli.completion:completion"
    ),
    "banc": Feuille("Mesurer sur cette machine ; code 4 quand un plancher est manqué.", OUTILS, "cli.banc:banc"),
}
"""Every command there is."""

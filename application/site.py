"""What the site keeps beside the store: accounts and who is signed in. Losing it signs everybody out; the facts stand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol
from uuid import UUID

from application.teleservice.distant import Reperes
from application.travail import Brouillons, Lots, Vues
from application.webhooks import Livraisons
from kernel.instants import Instant
from kernel.refus import Empechement, Refus

DUREE_DE_SESSION: Final = timedelta(hours=8)
"""A day of work; a choice of the service (ADR 0030), counted from the signing in, whatever is done meanwhile."""
DUREE_DE_LIEN: Final = timedelta(hours=48)
DUREE_D_UN_LIEN_D_AVIS: Final = timedelta(days=60)
"""A choice of the service: an avis may come late, and is kept."""
"""How long an invitation, or a reset, waits for whoever received it."""
FRAICHEUR: Final = timedelta(minutes=5)
"""How long who gave its password or its second factor need not give it again for what engages the institution."""


class CourrielPris(Refus, code="courriel_pris"):
    """An e-mail tells one agent from every other."""

    def __init__(self) -> None:
        super().__init__("Cette adresse de courriel est déjà celle d’un autre agent.")


class TropDeConnexions(Empechement, code="trop_de_connexions"):
    """Too many passwords are being verified at this moment."""

    def __init__(self) -> None:
        super().__init__("Trop de personnes se connectent au même moment : réessayez dans quelques secondes.")


class FournisseurInjoignable(Empechement, code="fournisseur_injoignable"):
    """The identity provider does not answer as it should."""

    def __init__(self) -> None:
        super().__init__("Le fournisseur d’identité ne répond pas : réessayez dans quelques minutes.")


class AuthentificationRefusee(Refus, code="authentification_refusee"):
    """What the identity provider says of a person is not received."""

    def __init__(self, raison: str) -> None:
        super().__init__(f"La connexion par le fournisseur d’identité n’a pas abouti : {raison}.", raison=raison)


@dataclass(frozen=True, slots=True)
class DemandeOidc:
    """A signing in that a person was sent to the provider for."""

    url: str
    etat: str
    nonce: str
    verificateur: str
    forcee: bool


@dataclass(frozen=True, slots=True)
class IdentiteOidc:
    """Whom the provider says it saw; `jeton` lets it be left when the person leaves."""

    sujet: str
    courriel: str
    deux_facteurs: bool
    prouvee: bool
    jeton: str


class Fournisseur(Protocol):
    """The identity provider of the institution."""

    @property
    def origine(self) -> str: ...
    def demander(self, retour: str, *, forcee: bool, deux_facteurs: bool) -> DemandeOidc: ...
    def recevoir(self, demande: DemandeOidc, code: str, retour: str) -> IdentiteOidc: ...
    def adieu(self, jeton: str, retour: str) -> str | None: ...


class Demandes(Protocol):
    """Signings in under way at the provider."""

    def garder(self, demande: DemandeOidc, vers: str) -> None: ...
    def prendre(self, etat: str) -> tuple[DemandeOidc, str] | None:
        """Return a signing in and where it goes, once."""


class LectureNonJournalisee(Empechement, code="lecture_non_journalisee"):
    """What the coffre holds is not shown when nobody could tell afterwards who read it."""

    def __init__(self) -> None:
        super().__init__("Le journal des lectures ne répond pas : ce qui s’y inscrit n’est pas montré.")


@dataclass(frozen=True, slots=True)
class Session:
    """An agent signed in on one browser, on the clock of the machine: that of a rehearsal stands still."""

    id: UUID
    agent: str
    ouverte_le: Instant
    expire_le: Instant
    prouvee_le: Instant | None
    """When its password or its second factor was last given; None for who acts as an agent of a rehearsal."""
    facteur: bool
    """Two factors were given."""
    fournisseur: bool
    """By the identity provider, which is left with it."""


class Sessions(Protocol):
    """Who is signed in; a secret is only known to its browser."""

    def ouvrir(self, agent: str, *, prouvee: bool = False, facteur: bool = False, adieu: str | None = None) -> str:
        """Sign an agent in; return the secret of its browser. `adieu`: what the provider wants back when it leaves."""

    def adieu(self, session: Session) -> str | None:
        """Return what the provider wants back."""

    def lire(self, secret: str) -> Session | None:
        """Return the session of a secret while it lasts."""

    def agent_de(self, secret: str) -> str | None:
        """Return whose session it was: one that ended by itself is known for as long as its drafts are kept."""

    def de(self, agent: str) -> Sequence[Session]:
        """Return the sessions of an agent, the last opened first."""

    def prouver(self, session: UUID, *, facteur: bool) -> None:
        """Note that a session was proven now; with two factors, for good."""

    def est_fraiche(self, session: Session) -> bool:
        """Tell whether it was proven in the last few minutes."""

    def fermer(self, agent: str, session: UUID | None = None) -> None:
        """End a session of an agent, or all of them; silent when there is none."""


@dataclass(frozen=True, slots=True)
class Compte:
    """How an agent signs in."""

    agent: str
    courriel: str | None
    """None too when its key was destroyed: the person was forgotten."""
    mot_de_passe: bool
    second_facteur: bool


class Comptes(Protocol):
    """The accounts, by the login of their agent; e-mails and secrets are sealed by the coffre."""

    def inviter(self, agent: str, courriel: str) -> None:
        """Open the account of an agent, or change its e-mail; refuse with CourrielPris that of another."""

    def tous(self) -> Sequence[Compte]:
        """Return them all, by login."""

    def lire(self, agent: str) -> Compte | None: ...
    def reconnaitre(self, sujet: str, courriel: str) -> str | None:
        """Return the agent of a subject of the provider, or of its e-mail the first time: it is that subject's for good."""

    def choisir_mot_de_passe(self, agent: str, mot_de_passe: str) -> None: ...
    def verifier_mot_de_passe(self, agent: str, mot_de_passe: str) -> bool:
        """Tell whether it is that of the agent; an agent without an account takes the same time.

        Raises:
            TropDeConnexions: too many are being verified.
        """

    def proposer_second_facteur(self) -> str:
        """Return a secret that nobody has, in base 32."""

    def poser_second_facteur(self, agent: str, secret: str, code: str) -> bool:
        """Keep a secret whose code was given; False when the code is not that of this moment."""

    def verifier_code(self, agent: str, code: str) -> bool:
        """Tell whether a code is that of this moment, once: the same code again is none."""

    def oublier_secrets(self, agent: str) -> None:
        """Forget the password, the second factor and the subject of the provider: a link is needed again."""


class Liens(Protocol):
    """Links that let a person choose a password, once; a secret is shown to whoever invites, and only then."""

    def faire(self, agent: str) -> str:
        """Make the only link of an agent, the former ones being worth nothing; return its secret."""

    def lire(self, secret: str) -> str | None:
        """Return whose it is while it is worth something."""

    def consommer(self, secret: str) -> str | None:
        """Return whose it is, which is then worth nothing: of two at once, one has it."""


@dataclass(frozen=True, slots=True)
class LienDAvis:
    """What a link opens: one demande d’avis of a dossier, by the version of its fact, and the pièces shown, by that of theirs."""

    dossier: UUID
    demande: int
    aupres_de: str
    agent: str
    """Who gave it, and in whose name what comes by it is recorded."""
    pieces: tuple[int, ...]


class LiensDAvis(Protocol):
    """Links by which somebody outside gives one avis, once."""

    def faire(self, dossier: UUID, demande: int, aupres_de: str, agent: str, pieces: tuple[int, ...]) -> str:
        """Make the only link of a demande d’avis, the former ones being worth nothing; return its secret."""

    def lire(self, secret: str) -> LienDAvis | None:
        """Return what it opens while it is worth something."""

    def consommer(self, secret: str) -> None:
        """Make it worth nothing."""


class Echecs(Protocol):
    """Failed attempts by login, known or not."""

    def en_attente(self, login: str) -> bool:
        """Tell whether a login must wait before it is tried again."""

    def noter(self, login: str) -> None:
        """Count one more; from the fifth on, each makes the next wait longer."""

    def oublier(self, login: str) -> None:
        """Begin again: the right password was given."""


@dataclass(frozen=True, slots=True)
class Jeton:
    """What a program acts and reads with: under the name of an agent, for these gestes and readings, until an instant."""

    id: UUID
    nom: str
    """Of the application."""
    agent: str
    gestes: tuple[str, ...]
    lectures: tuple[str, ...]
    cree_par: str
    cree_le: Instant
    expire_le: Instant
    vu_le: Instant | None
    """When it was last used, to the minute."""
    revoque_le: Instant | None


class Jetons(Protocol):
    """The tokens of applications; a secret is only known to the program it was given to."""

    def creer(
        self,
        *,
        agent: str,
        nom: str,
        gestes: tuple[str, ...],
        lectures: tuple[str, ...],
        cree_par: str,
        duree: timedelta,
    ) -> tuple[str, Jeton]:
        """Make one; return its secret and what is kept of it."""

    def lire(self, secret: str) -> Jeton | None:
        """Return the token of a secret while it is worth something, and note that it was used."""

    def tous(self) -> Sequence[Jeton]:
        """Return every token ever given, the last first."""

    def revoquer(self, identifiant: UUID) -> Jeton | None:
        """End a token at once; None when there is none of that id. Repeating it is silent."""


@dataclass(frozen=True, slots=True)
class LectureFaite:
    """One view of what the coffre holds, on the clock of the machine."""

    rang: int
    agent: str
    ref: str
    """Of the dossier, as people call it."""
    objet: UUID
    quoi: str
    """What was shown, in French words."""
    lu_le: Instant


class JournalDesLectures(Protocol):
    """Who read what the coffre holds."""

    def noter(self, agent: str, ref: str, objet: UUID, quoi: str) -> None:
        """Keep that an agent reads something, before it is shown.

        Raises:
            LectureNonJournalisee: it could not be kept.
        """

    def chercher(
        self,
        *,
        agent: str = "",
        ref: str = "",
        du: Instant | None = None,
        au: Instant | None = None,
        apres: int = 0,
        limite: int | None,
    ) -> Sequence[LectureFaite]:
        """Return those of an agent, of something, between two instants (the last one left out), the last first."""


@dataclass(frozen=True)
class Site:
    """The doors of what the site keeps, one for each noun."""

    store_id: str
    """The store it stands beside: what is kept here, and given to browsers, is worth nothing before another."""
    sessions: Sessions
    comptes: Comptes
    liens: Liens
    liens_d_avis: LiensDAvis
    echecs: Echecs
    demandes: Demandes
    jetons: Jetons
    brouillons: Brouillons
    lectures: JournalDesLectures
    lots: Lots
    vues: Vues
    livraisons: Livraisons
    reperes: Reperes
    maintenant: Callable[[], Instant]
    """On the clock of the machine: that of a rehearsal stands still."""

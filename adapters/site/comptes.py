"""Accounts: a digest of the password, the e-mail and the secret of the second factor sealed by the coffre."""

from collections.abc import Sequence

import sqlalchemy as sa

from adapters.site import mots_de_passe, totp
from adapters.site.base import TABLES, BaseDuSite, id_de_l_agent
from application.site import Compte, CourrielPris

_COMPTES = sa.Table(
    "comptes",
    TABLES,
    sa.Column("agent", sa.String, primary_key=True),
    sa.Column("courriel", sa.LargeBinary, nullable=False),
    sa.Column("courriel_empreinte", sa.String, nullable=False, unique=True),
    sa.Column("mot_de_passe", sa.String),
    sa.Column("second_facteur", sa.LargeBinary),
    sa.Column("sujet", sa.String, unique=True),
    sa.Column("dernier_pas", sa.BigInteger, nullable=False, server_default="0"),
)


class ComptesDuSite:
    """Implements `application.site.Comptes`."""

    def __init__(self, base: BaseDuSite) -> None:
        self._base = base

    def inviter(self, agent: str, courriel: str) -> None:
        """Open the account of an agent, or change its e-mail; refuse with CourrielPris that of another."""
        valeurs = {
            "courriel": self._base.sceller(id_de_l_agent(agent), "courriel", courriel),
            "courriel_empreinte": self._base.empreinte("courriel", courriel.casefold()),
        }
        try:
            with self._base.ecrire(seul=_COMPTES) as connexion:
                if not connexion.execute(_COMPTES.update().where(_COMPTES.c.agent == agent).values(valeurs)).rowcount:
                    connexion.execute(_COMPTES.insert().values(agent=agent, **valeurs))
        except sa.exc.IntegrityError as erreur:
            raise CourrielPris from erreur

    def tous(self) -> Sequence[Compte]:
        """Return them all, by login."""
        with self._base.lire() as connexion:
            return [self._compte(ligne) for ligne in connexion.execute(sa.select(_COMPTES).order_by(_COMPTES.c.agent))]

    def lire(self, agent: str) -> Compte | None:
        """Return the account of an agent."""
        ligne = self._ligne(agent)
        return None if ligne is None else self._compte(ligne)

    def reconnaitre(self, sujet: str, courriel: str) -> str | None:
        """Return the agent of a subject of the provider, or of its e-mail the first time: it is that subject's for good."""
        connu = self._base.empreinte("sujet", sujet)
        adresse = self._base.empreinte("courriel", courriel.casefold())
        with self._base.ecrire() as connexion:
            agent: str | None = connexion.scalar(sa.select(_COMPTES.c.agent).where(_COMPTES.c.sujet == connu))
            if agent is None:
                neuf = _COMPTES.update().where(_COMPTES.c.courriel_empreinte == adresse, _COMPTES.c.sujet.is_(None))
                agent = connexion.scalar(neuf.values(sujet=connu).returning(_COMPTES.c.agent))
        return agent

    def choisir_mot_de_passe(self, agent: str, mot_de_passe: str) -> None:
        """Keep it."""
        self._poser(agent, mot_de_passe=mots_de_passe.condenser(mot_de_passe))

    def verifier_mot_de_passe(self, agent: str, mot_de_passe: str) -> bool:
        """Tell whether it is that of the agent; one without an account takes the same time."""
        ligne = self._ligne(agent)
        empreinte: str | None = ligne.mot_de_passe if ligne is not None else None
        if not mots_de_passe.convient(mot_de_passe, empreinte):
            return False
        if empreinte is not None and mots_de_passe.a_refaire(empreinte):
            self.choisir_mot_de_passe(agent, mot_de_passe)
        return True

    def proposer_second_facteur(self) -> str:
        """Return a secret that nobody has, in base 32."""
        return totp.nouveau_secret()

    def poser_second_facteur(self, agent: str, secret: str, code: str) -> bool:
        """Keep a secret whose code was given, which is then used; False when the code is not that of this moment."""
        pas = totp.pas_du_code(secret, code, self._base.maintenant())
        if pas is not None:
            scelle = self._base.sceller(id_de_l_agent(agent), "second facteur", secret)
            self._poser(agent, second_facteur=scelle, dernier_pas=pas)
        return pas is not None

    def verifier_code(self, agent: str, code: str) -> bool:
        """Tell whether a code is that of this moment, once."""
        ligne = self._ligne(agent)
        if ligne is None or ligne.second_facteur is None:
            return False
        secret = self._base.desceller_si_connu(id_de_l_agent(agent), "second facteur", ligne.second_facteur)
        pas = totp.pas_du_code(secret, code, self._base.maintenant()) if secret else None
        if pas is None:
            return False
        with self._base.ecrire() as connexion:
            neuf = _COMPTES.update().where(_COMPTES.c.agent == agent, _COMPTES.c.dernier_pas < pas)
            return bool(connexion.execute(neuf.values(dernier_pas=pas)).rowcount)

    def oublier_secrets(self, agent: str) -> None:
        """Forget the password, the second factor and the subject of the provider."""
        self._poser(agent, mot_de_passe=None, second_facteur=None, sujet=None)

    def _poser(self, agent: str, **valeurs: object) -> None:
        with self._base.ecrire() as connexion:
            connexion.execute(_COMPTES.update().where(_COMPTES.c.agent == agent).values(valeurs))

    def _ligne(self, agent: str) -> sa.Row[tuple[object, ...]] | None:
        with self._base.lire() as connexion:
            return connexion.execute(sa.select(_COMPTES).where(_COMPTES.c.agent == agent)).one_or_none()

    def _compte(self, ligne: sa.Row[tuple[object, ...]]) -> Compte:
        courriel = self._base.desceller_si_connu(id_de_l_agent(ligne.agent), "courriel", ligne.courriel)
        return Compte(ligne.agent, courriel, ligne.mot_de_passe is not None, ligne.second_facteur is not None)

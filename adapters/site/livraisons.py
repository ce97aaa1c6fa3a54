"""Webhooks and their deliveries: what is told, to whom, in which order, and what could not be."""

import base64
import secrets
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import sqlalchemy as sa

from adapters.site.base import TABLES, BaseDuSite, InstantEcrit
from application.webhooks import Livraison, Webhook
from kernel.instants import Instant

_OCTETS: Final = 32
_PREFIXE: Final = "whsec_"
_GARDEES: Final = timedelta(days=7)
"""How long what was delivered is still listed."""
_WEBHOOKS = sa.Table(
    "webhooks",
    TABLES,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("url", sa.String, nullable=False),
    sa.Column("secret", sa.LargeBinary, nullable=False),
    sa.Column("ancien", sa.LargeBinary),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("cree_par", sa.String, nullable=False),
    sa.Column("cree_le", InstantEcrit, nullable=False),
    sa.Column("revoque_le", InstantEcrit),
)
_LIVRAISONS = sa.Table(
    "livraisons",
    TABLES,
    sa.Column("webhook", sa.Uuid, primary_key=True),
    sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("agregat", sa.Uuid, nullable=False),
    sa.Column("essais", sa.Integer, nullable=False),
    sa.Column("depuis", InstantEcrit),
    sa.Column("prochain_le", InstantEcrit, index=True),
    sa.Column("statut", sa.String, nullable=False),
    sa.Column("livree_le", InstantEcrit),
    sa.Column("morte_le", InstantEcrit),
)
_COLONNES: Final = tuple(_LIVRAISONS.c[nom] for nom in Livraison.__slots__)


class LivraisonsDuSite:
    """Implements `application.site.Livraisons`."""

    def __init__(self, base: BaseDuSite) -> None:
        self._base = base

    def maintenant(self) -> Instant:
        """Return the clock of this machine."""
        return self._base.maintenant()

    def creer(self, url: str, cree_par: str, position: int) -> Webhook:
        """Tell an address the facts recorded after a position; its secret is that of the webhook returned."""
        webhook = Webhook(uuid4(), url, (_tirer(),), position, cree_par, self._base.maintenant(), None)
        with self._base.ecrire() as connexion:
            connexion.execute(
                _WEBHOOKS.insert().values(
                    id=webhook.id,
                    url=url,
                    secret=self._base.sceller(webhook.id, "webhook", webhook.secrets[0]),
                    position=position,
                    cree_par=cree_par,
                    cree_le=webhook.cree_le,
                )
            )
        return webhook

    def tous(self) -> Sequence[Webhook]:
        """Return every webhook ever made, the last first."""
        with self._base.lire() as connexion:
            lignes = connexion.execute(sa.select(_WEBHOOKS).order_by(_WEBHOOKS.c.cree_le.desc()))
            return [self._webhook(ligne) for ligne in lignes.mappings()]

    def lire(self, webhook: UUID) -> Webhook | None:
        """Return one, None when it is unknown."""
        with self._base.lire() as connexion:
            ligne = connexion.execute(sa.select(_WEBHOOKS).where(_WEBHOOKS.c.id == webhook)).mappings().first()
        return None if ligne is None else self._webhook(ligne)

    def tourner(self, webhook: UUID, *, finir: bool) -> None:
        """Draw a second secret, both signing meanwhile; or, to `finir`, forget the former one."""
        nouveau = self._base.sceller(webhook, "webhook", _tirer())
        valeurs: dict[str, Any] = {"ancien": None} if finir else {"ancien": _WEBHOOKS.c.secret, "secret": nouveau}
        self._ecrire(_WEBHOOKS.update().where(_WEBHOOKS.c.id == webhook).values(valeurs))

    def revoquer(self, webhook: UUID) -> None:
        """Tell it nothing more."""
        encore = sa.and_(_WEBHOOKS.c.id == webhook, _WEBHOOKS.c.revoque_le.is_(None))
        self._ecrire(_WEBHOOKS.update().where(encore).values(revoque_le=self._base.maintenant()))

    def inscrire(self, webhook: UUID, faits: Iterable[tuple[int, UUID]], position: int) -> None:
        """Put facts (position, aggregate) among what is to be delivered; those up to `position` are then known."""
        lignes = [
            {
                "webhook": webhook,
                "position": rang,
                "agregat": agregat,
                "essais": 0,
                "statut": "",
                "prochain_le": maintenant,
            }
            for maintenant in [self._base.maintenant()]
            for rang, agregat in faits
        ]
        avant = sa.and_(_WEBHOOKS.c.id == webhook, _WEBHOOKS.c.position < position)
        with self._base.ecrire() as connexion:  # of two at once, the second one finds nothing to add
            if connexion.execute(_WEBHOOKS.update().where(avant).values(position=position)).rowcount and lignes:
                connexion.execute(_LIVRAISONS.insert(), lignes)
            vieilles = _LIVRAISONS.c.livree_le < self._base.maintenant() - _GARDEES
            connexion.execute(_LIVRAISONS.delete().where(_LIVRAISONS.c.webhook == webhook, vieilles))

    def a_livrer(self, webhook: UUID, limite: int) -> Sequence[Livraison]:
        """Return the first delivery that each aggregate waits for, in order of position."""
        en_attente = sa.and_(_LIVRAISONS.c.webhook == webhook, _LIVRAISONS.c.prochain_le.is_not(None))
        premieres = sa.select(sa.func.min(_LIVRAISONS.c.position)).where(en_attente).group_by(_LIVRAISONS.c.agregat)
        ici = sa.and_(_LIVRAISONS.c.webhook == webhook, _LIVRAISONS.c.position.in_(premieres))
        return self._lues(sa.select(*_COLONNES).where(ici).order_by(_LIVRAISONS.c.prochain_le).limit(limite))

    def noter(self, livraison: Livraison) -> None:
        """Keep what came of an attempt."""
        ici = sa.and_(_LIVRAISONS.c.webhook == livraison.webhook, _LIVRAISONS.c.position == livraison.position)
        noms = ("essais", "depuis", "prochain_le", "statut", "livree_le", "morte_le")
        self._ecrire(_LIVRAISONS.update().where(ici).values({nom: getattr(livraison, nom) for nom in noms}))

    def de(self, webhook: UUID) -> Sequence[Livraison]:
        """Return what is not delivered, dead or still tried, in order."""
        ici = sa.and_(_LIVRAISONS.c.webhook == webhook, _LIVRAISONS.c.livree_le.is_(None))
        return self._lues(sa.select(*_COLONNES).where(ici).order_by(_LIVRAISONS.c.position))

    def rejouer(self, webhook: UUID, position: int | None) -> int:
        """Try again what is dead, or the one fact of that position, even delivered; return how many."""
        choix = _LIVRAISONS.c.morte_le.is_not(None) if position is None else _LIVRAISONS.c.position == position
        valeurs = {
            "prochain_le": self._base.maintenant(),
            "essais": 0,
            "depuis": None,
            "livree_le": None,
            "morte_le": None,
        }
        return self._ecrire(_LIVRAISONS.update().where(_LIVRAISONS.c.webhook == webhook, choix).values(valeurs))

    def _ecrire(self, ordre: sa.Update) -> int:
        with self._base.ecrire() as connexion:
            return int(connexion.execute(ordre).rowcount)

    def _lues(self, requete: sa.Select[Any]) -> list[Livraison]:
        with self._base.lire() as connexion:
            return [Livraison(*ligne) for ligne in connexion.execute(requete)]

    def _webhook(self, ligne: sa.RowMapping) -> Webhook:
        scelles = [scelle for scelle in (ligne["secret"], ligne["ancien"]) if scelle is not None]
        clairs = tuple(self._base.desceller(ligne["id"], "webhook", scelle) for scelle in scelles)
        autres = (ligne[nom] for nom in ("position", "cree_par", "cree_le", "revoque_le"))
        return Webhook(ligne["id"], ligne["url"], clairs, *autres)


def _tirer() -> str:
    return _PREFIXE + base64.b64encode(secrets.token_bytes(_OCTETS)).decode()

"""Signings in under way at the identity provider, for ten minutes."""

import json
from dataclasses import asdict
from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from adapters.site.base import TABLES, BaseDuSite, InstantEcrit
from application.site import DemandeOidc

_DUREE: Final = timedelta(minutes=10)
_DEMANDES = sa.Table(
    "demandes_oidc",
    TABLES,
    sa.Column("empreinte", sa.LargeBinary, primary_key=True),
    sa.Column("demande", sa.Text, nullable=False),
    sa.Column("vers", sa.Text, nullable=False),
    sa.Column("expire_le", InstantEcrit, nullable=False, index=True),
)


class DemandesDuSite:
    """Implements `application.site.Demandes`."""

    def __init__(self, base: BaseDuSite) -> None:
        self._base = base

    def garder(self, demande: DemandeOidc, vers: str) -> None:
        """Keep a signing in until the person comes back; those that nobody came back for are swept."""
        maintenant = self._base.maintenant()
        with self._base.ecrire() as connexion:
            connexion.execute(_DEMANDES.delete().where(_DEMANDES.c.expire_le <= maintenant))
            connexion.execute(
                _DEMANDES.insert().values(
                    empreinte=self._base.condense(demande.etat),
                    demande=json.dumps(asdict(demande)),
                    vers=vers,
                    expire_le=maintenant + _DUREE,
                )
            )

    def prendre(self, etat: str) -> tuple[DemandeOidc, str] | None:
        """Return a signing in and where it goes, once; None when nobody began it, or too long ago."""
        sienne = _DEMANDES.delete().where(
            _DEMANDES.c.empreinte == self._base.condense(etat), _DEMANDES.c.expire_le > self._base.maintenant()
        )
        with self._base.ecrire() as connexion:
            lue = connexion.execute(sienne.returning(_DEMANDES.c.demande, _DEMANDES.c.vers)).one_or_none()
        return None if lue is None else (DemandeOidc(**json.loads(lue.demande)), lue.vers)

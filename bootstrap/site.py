"""What the site keeps beside a store, opened."""

from collections.abc import Iterator
from contextlib import contextmanager

from adapters.site.base import ouvrir, preparer
from adapters.site.brouillons import BrouillonsDuSite
from adapters.site.comptes import ComptesDuSite
from adapters.site.echecs import EchecsDuSite
from adapters.site.jetons import JetonsDuSite
from adapters.site.liens import LiensDuSite
from adapters.site.sessions import SessionsDuSite
from application.ports import Coffre
from application.site import Site
from bootstrap.reglages import Reglages


@contextmanager
def site(reglages: Reglages, coffre: Coffre, *, a_preparer: bool = False) -> Iterator[Site]:
    """Open it beside its store, whose coffre seals what is personal; its tables being made first when `a_preparer`.

    Raises:
        StoreAMigrer: it was not prepared.
        SiteEtranger: it is another store's.
    """
    if a_preparer:
        preparer(reglages.base)
    base = ouvrir(reglages.base, coffre)
    try:
        yield Site(
            base.store_id,
            sessions=SessionsDuSite(base),
            comptes=ComptesDuSite(base),
            liens=LiensDuSite(base),
            echecs=EchecsDuSite(base),
            jetons=JetonsDuSite(base),
            brouillons=BrouillonsDuSite(base),
        )
    finally:
        base.moteur.dispose()


__all__ = ["preparer", "site"]

"""What an aggregate awaits, with what is awaited where the geste is done: two aggregates that await one act are one row."""

from collections.abc import Iterator
from dataclasses import replace

from aggregates.registre import ESPECES, attentes
from application.consultations.moment import Moment
from application.store import Nommes, Store, sauf_illisible
from kernel.agregat import Agregat
from kernel.attentes import Attente, Role


def attentes_suivies(store: Store, agregat: Agregat, moment: Moment, nommes: Nommes | None = None) -> list[Attente]:
    """Return what an aggregate awaited at that moment, each act once, as it stands where its geste is done.

    What has a clock of its own (the silence of a dossier on the agenda) keeps its row, with the gestes found there. What
    is awaited where nothing can be read is told as it is here; `nommes` takes the name of that place.
    """

    def suivre(attente: Attente) -> list[Attente]:
        return sauf_illisible(lambda: list(_suivre(store, attente, moment)), nommes) or [attente]

    return list(dict.fromkeys(suivie for a in attentes(agregat) for suivie in suivre(a)))


def _suivre(store: Store, attente: Attente, moment: Moment) -> Iterator[Attente]:
    renvoi = attente.renvoie_a
    if renvoi is None:
        yield attente
        return
    ailleurs: Agregat = store.charger_a(
        ESPECES[renvoi.agregat].classe, renvoi.id, au=moment.au, connu_au=moment.connu_au
    )
    memes = [suivie for a in attentes(ailleurs) if renvoi.vise(a) for suivie in _suivre(store, a, moment)]
    if attente.automatisme is not None:
        de_personne = next((a for a in memes if a.de is not Role.SYSTEME), attente)
        yield replace(attente, de=de_personne.de, gestes=de_personne.gestes)
    else:
        yield from memes or [attente]

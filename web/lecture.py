"""What every page of an aggregate says: what it is at two dates, what it awaits, what may be done, its facts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Annotated, Any

from fastapi import Depends, Request, Response

from application import mots
from application.consultations.historique import attentes_de, historique
from application.consultations.moment import Moment
from application.consultations.voir import lire
from application.exports.tableau import EcrivainPourLesGens
from web import dates, vues
from web.pans import Rang, lieu, trancher
from web.personne import LaPersonne, Personne
from web.portes import Portes, PourLire
from web.possibles import possibles
from web.recu import lire_le_recu


@dataclass(frozen=True)
class LectureDePage:
    """Who reads, at which two dates as the address writes them, after which act; `faits` is the rank of a fact to show."""

    request: Request
    portes: Portes
    personne: Personne
    moment: Moment
    au: str
    connu_au: str
    recu: str
    faits: int

    @property
    def passe(self) -> bool:
        """Tell whether it is not of now: no geste is offered."""
        return self.moment != Moment()

    def de(self, espece: str, ref: str) -> tuple[Any, dict[str, Any]]:
        """Return an aggregate at that moment, and what the template of its page shows of it."""
        services = self.portes.services
        vue = lire(services, espece, ref, self.moment)
        attentes = attentes_de(services, espece, ref, self.moment)
        juge = self.moment.juge_a(services.maintenant())
        return vue.lu, {
            "espece": mots.mot(mots.ESPECES, espece),
            "ref": vue.connu.ref or ref,
            "base": vues.lien(espece, vue.connu.ref, str(vue.connu.id)),
            "recu": lire_le_recu(self.portes, self.personne, self.recu),
            "gestes": [] if self.passe else possibles(self.portes, self.personne, espece, vue.connu, attentes),
            "attentes": [vues.attente(attente, juge) for attente in attentes],
            **self.raconter(historique(services, vue.connu.id, self.moment)),
            "passe": self.passe,
            "vu": dates.vu(self.moment),
            "au": self.au,
            "connu_au": self.connu_au,
        }

    def raconter(self, lignes: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """Return a page of a history, the last fact recorded first, and where each of its facts is read."""
        faits = trancher(self.request, "faits", lignes[::-1], self.faits, vues.fait)
        ancres = [f"fait-{ligne['version']}" for ligne in reversed(lignes)]
        dates_lues = {"au": self.au, "connu_au": self.connu_au}
        montrees = [f"fait-{fait['version']}" for fait in faits.lignes]
        return {"faits": faits, "lieu": lieu(montrees, ancres, self.request.url.path, dates_lues, "faits")}


async def _lecture(
    request: Request,
    portes: PourLire,
    personne: LaPersonne,
    au: str = "",
    connu_au: str = "",
    recu: str = "",
    faits: Rang = 1,
) -> LectureDePage:
    return LectureDePage(request, portes, personne, dates.lire_moment(au, connu_au), au, connu_au, recu, faits)


LaLecture = Annotated[LectureDePage, Depends(_lecture)]


def en_csv(nom: str, colonnes: Sequence[str], lignes: Iterable[Sequence[object]]) -> Response:
    """Return a table as a French spreadsheet opens it."""
    flux = StringIO()
    ecrivain = EcrivainPourLesGens(flux, colonnes)
    for ligne in lignes:
        ecrivain.writerow(ligne)
    entetes = {"Content-Disposition": f'attachment; filename="{nom}.csv"'}
    return Response(flux.getvalue(), media_type="text/csv; charset=utf-8", headers=entetes)

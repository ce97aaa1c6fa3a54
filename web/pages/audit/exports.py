"""What an auditor takes away: a dossier, a séance or a campagne, announced before it is: its files, its size, its digest."""

from collections.abc import Container, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import partial
from hashlib import file_digest
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response, StreamingResponse

from application import mots
from application.consultations import seances
from application.consultations.demande import pieces_recues
from application.consultations.historique import ligne
from application.consultations.moment import Moment
from application.consultations.voir import lire
from application.exports.emporte import PieceRecueLa, archiver, emporter
from application.masquage import est_masque
from application.noms import NomsDesServices, sans_les_textes
from application.store import sauf_illisible
from bootstrap.cablage import faits_chaines
from kernel.identifiants import identifiant
from kernel.instants import jour_de
from readmodels.file import requetes
from web import vues
from web.acces import CONTENUS, AccesRefuse
from web.contenus import MASQUE_DIT
from web.gabarits import page
from web.personne import LaPersonne, Personne
from web.portes import LesPortes, Portes

routes = APIRouter(include_in_schema=False)
SORTES: Final = ("dossier", "seance", "campagne")
BLOC: Final = 64 * 1024


@dataclass(frozen=True)
class Emport:
    """What is asked to be taken: of which kind, what was recorded from one day to another (none: all), with its pièces or not."""

    quoi: Literal["dossier", "seance", "campagne"] = "dossier"
    du: Annotated[date | None, Query()] = None
    au: Annotated[date | None, Query()] = None
    pieces: Annotated[bool, Query(description="celles d’un dossier")] = False

    @property
    def en_adresse(self) -> str:
        """Return it as the query of an address; blank for a whole dossier without its pièces."""
        dits = {"quoi": self.quoi if self.quoi != "dossier" else "", "du": self.du, "au": self.au}
        dits["pieces"] = "1" if self.pieces else ""
        return urlencode({nom: str(dit) for nom, dit in dits.items() if dit})


LEmport = Annotated[Emport, Depends()]
Court = Annotated[str, Query(max_length=200)]


@routes.get("/audit/exports")
def choisir(request: Request, portes: LesPortes, personne: LaPersonne, voulu: LEmport, ref: Court = "") -> Response:
    """Ask what is to be taken, and announce it."""
    numero = ref.strip().upper()
    emporte = annoncer(request, portes, personne, numero, voulu) if numero else None
    sortes = [(sorte, mots.mot(mots.ESPECES, sorte)) for sorte in SORTES]
    return page(request, "exports.html", ref=ref, voulu=voulu, sortes=sortes, emporte=emporte)


@routes.get("/audit/exports/{ref}")
def exporter(request: Request, portes: LesPortes, personne: LaPersonne, ref: str, voulu: LEmport) -> Response:
    """Give the ZIP, once it is in the journal of reads that it was taken."""
    lu = lire(portes.services, voulu.quoi, ref, Moment()).lu
    avec = " avec ses pièces" if voulu.pieces else ""
    portes.site.lectures.noter(personne.login, lu.ref, lu.id, f"le dossier d’audit{avec}")
    flux = archiver(fichiers(request, portes, personne, lu, voulu))
    entetes = {"Content-Disposition": f'attachment; filename="audit-{lu.ref}.zip"'}
    return StreamingResponse(_par_blocs(flux), media_type="application/zip", headers=entetes)


def annoncer(request: Request, portes: Portes, personne: Personne, ref: str, voulu: Emport) -> dict[str, Any]:
    """Return what will be taken: the same as long as nothing is recorded of it."""
    lu, poids = lire(portes.services, voulu.quoi, ref, Moment()).lu, list[tuple[str, int]]()

    def pesees() -> Iterator[tuple[str, bytes]]:
        for nom, contenu in fichiers(request, portes, personne, lu, voulu):
            poids.append((nom, len(contenu)))
            yield nom, contenu

    with closing(archiver(pesees())) as flux:
        octets = flux.seek(0, 2)
        flux.seek(0)
        empreinte = file_digest(flux, "sha256").hexdigest()
    suite = voulu.en_adresse
    adresse = f"/audit/exports/{lu.ref}{f'?{suite}' if suite else ''}"
    return {"ref": lu.ref, "adresse": adresse, "octets": octets, "empreinte": empreinte, "fichiers": poids}


def fichiers(
    request: Request, portes: Portes, personne: Personne, lu: Any, voulu: Emport
) -> Iterator[tuple[str, bytes]]:
    """Yield its files: the facts, what they say with the coffre closed, the règlement of its campagne, then its pièces."""
    services = sans_les_textes(portes.services)
    campagne, flux = _flux(portes, lu, voulu.quoi)
    noms = NomsDesServices(services)
    retenus = [i for i in services.store.ces_flux(flux) if _retenu(i.enregistre_le, voulu)]
    inscriptions = sorted(retenus, key=lambda i: i.position or 0)
    dits = [{**vues.fait(ligne(i, noms)), "espece": mots.mot(mots.ESPECES, i.entete.agregat)} for i in inscriptions]
    titre = f"{mots.mot(mots.ESPECES, voulu.quoi)} {lu.ref}{f' – {lu.objet}' if voulu.quoi == 'dossier' else ''}"
    index = page(request, "emporte.html", titre=titre, quoi=voulu, faits=dits).body
    positions = {i.position for i in inscriptions}
    chaines = [fait for fait in faits_chaines(services, flux) if fait["position"] in positions]
    recues = _pieces(portes, personne, lu, positions) if voulu.pieces and voulu.quoi == "dossier" else []
    yield from emporter(chaines, bytes(index).decode(), _reglement(portes, campagne), recues)


def _retenu(enregistre_le: Any, voulu: Emport) -> bool:
    jour = jour_de(enregistre_le)
    return (voulu.du is None or jour >= voulu.du) and (voulu.au is None or jour <= voulu.au)


def _flux(portes: Portes, lu: Any, quoi: str) -> tuple[UUID | None, list[UUID]]:
    """Return the campagne of what is taken, if it has one, and its streams."""
    if quoi == "dossier":
        campagne = identifiant("campagne", lu.campagne)
        return campagne, [campagne, *flux_de(lu.id, lu.deliberation)]
    if quoi == "campagne":
        lectures = portes.a_jour()
        lues = requetes.dossiers(lectures, requetes.FiltreDeDossiers(campagne=lu.ref), limite=None)["lignes"]
        return lu.id, [lu.id, *(flux for une in lues for flux in flux_de(UUID(une["id"]), None))]
    rapports = seances.rapports(portes.services, lu.id)
    dossiers = [ligne.rapport.dossier for rapport in rapports for ligne in rapport.lignes.values()]
    return None, [lu.id, *(r.id for r in rapports), *(flux for d in dossiers for flux in flux_de(d, None))]


def flux_de(dossier: UUID, deliberation: UUID | None) -> list[UUID]:
    """Return the streams of a dossier: its own, that of its award, that of its act."""
    return [dossier, identifiant("subvention", dossier), *([deliberation] if deliberation else [])]


def _pieces(portes: Portes, personne: Personne, dossier: Any, positions: Container[int | None]) -> list[PieceRecueLa]:
    """Return the pièces received at these positions, each read when it is its turn; refuse with AccesRefuse who reads none."""
    if est_masque(portes.services, "dossier", dossier.id, personne.roles):
        raise AccesRefuse(MASQUE_DIT, "donnees_masquees")
    if not personne.roles & CONTENUS["les pièces"]:
        raise AccesRefuse(f"Les pièces sont réservées : {mots.roles(CONTENUS['les pièces'])}.", "role_manquant")
    lire_piece = partial(portes.services.fichiers.lire, dossier.id)
    return [
        (i.position or 0, fait.code, fait.sha256, partial(lire_piece, fait.sha256))
        for i, fait in pieces_recues(dossier)
        if i.position in positions
    ]


def _par_blocs(flux: Any) -> Iterator[bytes]:
    with closing(flux):
        flux.seek(0)
        while bloc := flux.read(BLOC):
            yield bloc


def _reglement(portes: Portes, campagne: UUID | None) -> Any:
    """Return the règlement of a campagne as its opening says it, None where it has none or cannot be read."""
    if campagne is None:
        return None
    lue = sauf_illisible(lambda: lire(portes.services, "campagne", str(campagne), Moment()).lu)
    return None if lue is None or lue.ouverte is None else lue.ouverte.reglement

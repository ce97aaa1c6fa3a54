"""What an auditor takes away: a dossier, a séance or a campagne, by the site or by a command, the same bytes."""

from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from hashlib import file_digest
from tempfile import SpooledTemporaryFile
from typing import Any, Final, Literal
from urllib.parse import urlencode
from uuid import UUID

from application import mots
from application.consultations import seances
from application.consultations.demande import pieces_recues
from application.consultations.historique import ligne
from application.consultations.moment import Moment
from application.consultations.voir import lire
from application.exports.emporte import PieceRecueLa, archiver, emporter
from application.masquage import est_masque
from application.noms import NomsDesServices, sans_les_textes
from application.services import Services
from application.store import sauf_illisible
from bootstrap.cablage import faits_chaines
from bootstrap.lectures import Lectures
from kernel.attentes import Role
from kernel.faits import Inscription
from kernel.identifiants import identifiant
from kernel.instants import jour_de
from kernel.refus import SaisieInvalide
from readmodels.file import requetes
from web import vues
from web.acces import CONTENUS, AccesRefuse
from web.contenus import MASQUE_DIT
from web.gabarits import seul

SORTES: Final = ("dossier", "seance", "campagne")


@dataclass(frozen=True)
class Emport:
    """What is asked to be taken: of which kind, what was recorded from one day to another (none: all), with its pièces or not."""

    quoi: Literal["dossier", "seance", "campagne"] = "dossier"
    du: date | None = None
    au: date | None = None
    pieces: bool = False

    def __post_init__(self) -> None:
        """Refuse with SaisieInvalide a last day before the first one."""
        if self.du is not None and self.au is not None and self.au < self.du:
            raise SaisieInvalide(
                f"Le {self.au:%d/%m/%Y} est avant le {self.du:%d/%m/%Y}.", du=str(self.du), au=str(self.au)
            )

    @property
    def en_adresse(self) -> str:
        """Return it as the query of an address; blank for a whole dossier without its pièces."""
        dits = {"quoi": self.quoi if self.quoi != "dossier" else "", "du": self.du, "au": self.au}
        dits["pieces"] = "1" if self.pieces else ""
        return urlencode({nom: str(dit) for nom, dit in dits.items() if dit})

    def retient(self, inscription: Inscription) -> bool:
        """Tell whether a fact was recorded between its days."""
        if inscription.enregistre_le is None:
            return False
        jour = jour_de(inscription.enregistre_le)
        return (self.du is None or jour >= self.du) and (self.au is None or jour <= self.au)

    @property
    def note(self) -> str:
        """Return what the journal of reads says was taken."""
        return f"le dossier d’audit{' avec ses pièces' if self.pieces else ''}"


@dataclass(frozen=True)
class Emporteur:
    """Who takes, by its roles, and where it is read; the lists are caught up when they are needed."""

    services: Services
    lectures: Callable[[], Lectures]
    roles: frozenset[Role]

    def trouver(self, voulu: Emport, ref: str) -> Any:
        """Return what is to be taken, or refuse with ReferenceInconnue or ReferenceIllisible."""
        return lire(self.services, voulu.quoi, ref, Moment()).lu

    def archive(self, lu: Any, voulu: Emport) -> SpooledTemporaryFile[bytes]:
        """Return the ZIP; whoever has it closes it. Refuse with AccesRefuse who reads no pièce."""
        return archiver(self._fichiers(lu, voulu))

    def peser(self, lu: Any, voulu: Emport) -> dict[str, Any]:
        """Return what will be taken, the same as long as nothing is recorded of it: how big, its digest, its files."""
        with self.pese(lu, voulu) as (_, dit):
            return dit

    @contextmanager
    def pese(self, lu: Any, voulu: Emport) -> Iterator[tuple[SpooledTemporaryFile[bytes], dict[str, Any]]]:
        """Lend the ZIP for a block, to be read from its beginning, with what `peser` says of it."""
        poids = list[tuple[str, int]]()

        def pesees() -> Iterator[tuple[str, bytes]]:
            for nom, contenu in self._fichiers(lu, voulu):
                poids.append((nom, len(contenu)))
                yield nom, contenu

        with archiver(pesees()) as flux:
            octets = flux.seek(0, 2)
            flux.seek(0)
            dit = {"octets": octets, "empreinte": file_digest(flux, "sha256").hexdigest(), "fichiers": poids}
            flux.seek(0)
            yield flux, dit

    def _fichiers(self, lu: Any, voulu: Emport) -> Iterator[tuple[str, bytes]]:
        """Yield its files: the facts, what they say with the coffre closed, the règlement of its campagne, then its pièces."""
        services = sans_les_textes(self.services)
        campagne, flux = self._flux(lu, voulu.quoi)
        noms = NomsDesServices(services)
        retenus = [i for i in services.store.ces_flux(flux) if voulu.retient(i)]
        inscriptions = sorted(retenus, key=lambda i: i.position or 0)
        dits = [{**vues.fait(ligne(i, noms)), "espece": mots.mot(mots.ESPECES, i.entete.agregat)} for i in inscriptions]
        titre = f"{mots.mot(mots.ESPECES, voulu.quoi)} {lu.ref}{f' – {lu.objet}' if voulu.quoi == 'dossier' else ''}"
        index = seul("emporte.html", titre=titre, quoi=voulu, faits=dits)
        positions = {i.position for i in inscriptions}
        chaines = [fait for fait in faits_chaines(services, flux) if fait["position"] in positions]
        recues = self._pieces(lu, positions) if voulu.pieces and voulu.quoi == "dossier" else []
        yield from emporter(chaines, index, self._reglement(campagne), recues)

    def _flux(self, lu: Any, quoi: str) -> tuple[UUID | None, list[UUID]]:
        """Return the campagne of what is taken, if it has one, and its streams."""
        if quoi == "dossier":
            campagne = identifiant("campagne", lu.campagne)
            return campagne, [campagne, *flux_de(lu.id, lu.deliberation)]
        if quoi == "campagne":
            parmi = requetes.FiltreDeDossiers(campagne=lu.ref)
            lues = requetes.dossiers(self.lectures(), parmi, limite=None)["lignes"]
            des_dossiers = [UUID(une["id"]) for une in lues]
            return lu.id, [
                lu.id,
                *(flux for dossier in des_dossiers for flux in flux_de(dossier, None)),
                *self._actes(des_dossiers),
            ]
        rapports = seances.rapports(self.services, lu.id)
        dossiers = [ligne.rapport.dossier for rapport in rapports for ligne in rapport.lignes.values()]
        return None, [lu.id, *(r.id for r in rapports), *(flux for d in dossiers for flux in flux_de(d, None))]

    def _actes(self, dossiers: list[UUID]) -> list[UUID]:
        """Return the délibérations that dossiers were put to, those that did not decide them too, in the order they came."""
        faits = (inscription.fait for inscription in self.services.store.ces_flux(dossiers))
        return list(
            dict.fromkeys(acte for fait in faits if isinstance(acte := getattr(fait, "deliberation", None), UUID))
        )

    def _pieces(self, dossier: Any, positions: Container[int | None]) -> list[PieceRecueLa]:
        """Return the pièces received at these positions, each read when it is its turn."""
        if est_masque(self.services, "dossier", dossier.id, self.roles):
            raise AccesRefuse(MASQUE_DIT, "donnees_masquees")
        if not self.roles & CONTENUS["les pièces"]:
            raise AccesRefuse(f"Les pièces sont réservées : {mots.roles(CONTENUS['les pièces'])}.", "role_manquant")
        lire_piece = partial(self.services.fichiers.lire, dossier.id)
        return [
            (i.position or 0, fait.code, fait.sha256, partial(lire_piece, fait.sha256))
            for i, fait in pieces_recues(dossier)
            if i.position in positions
        ]

    def _reglement(self, campagne: UUID | None) -> Any:
        """Return the règlement of a campagne as its opening says it, None where it has none or cannot be read."""
        if campagne is None:
            return None
        lue = sauf_illisible(lambda: lire(self.services, "campagne", str(campagne), Moment()).lu)
        return None if lue is None or lue.ouverte is None else lue.ouverte.reglement


def flux_de(dossier: UUID, deliberation: UUID | None) -> list[UUID]:
    """Return the streams of a dossier: its own, that of its award, that of its act."""
    return [dossier, identifiant("subvention", dossier), *([deliberation] if deliberation else [])]

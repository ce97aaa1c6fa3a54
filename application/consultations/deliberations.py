"""A rapport line by line: what was put to the assembly, what it said of it, who said otherwise, on which presences."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aggregates.deliberation import Deliberation
from aggregates.deliberation.depouillement import Bulletin
from aggregates.deliberation.etat import EtatLigne
from aggregates.deliberation.scrutin import ScrutinTenu
from kernel.faits import Noms
from kernel.instants import Effet


@dataclass(frozen=True, slots=True)
class ScrutinLu:
    """A vote as it was recorded: `fait` holds its counts and its bulletin."""

    rapport: str
    version: int
    fait: ScrutinTenu
    le: Effet
    position: int

    @property
    def sauf(self) -> dict[str, list[str]]:
        """Return the members who did not say what everyone said, by what they said."""
        dits: dict[str, list[str]] = {}
        for membre, voix in self.fait.bulletin.exceptions:
            dits.setdefault(voix.value, []).append(membre)
        return dits


@dataclass(frozen=True, slots=True)
class LigneDeVote:
    """A line, with its vote when there is one. `rang` is its place in the sitting, all rapports together, from 1."""

    rang: int
    rapport: Deliberation
    ligne: EtatLigne
    scrutin: ScrutinLu | None
    derogation: str
    """The act that allows an amount above the règlement's; blank without one."""

    @property
    def a_voter(self) -> bool:
        """Tell whether the assembly has still to decide it."""
        return self.ligne.inscrite and self.ligne.resultat is None


def lignes(rapports: Iterable[Deliberation], noms: Noms) -> list[LigneDeVote]:
    """Return the lines of rapports, in their order."""
    suite = [(rapport, ligne) for rapport in rapports for ligne in rapport.lignes.values()]
    return [
        LigneDeVote(rang, rapport, ligne, _du(rapport, ligne.vote), dire_derogation(ligne, noms))
        for rang, (rapport, ligne) in enumerate(suite, 1)
    ]


def dire_derogation(ligne: EtatLigne, noms: Noms) -> str:
    """Return the act that a line cites to go above the règlement; blank without one."""
    acte = ligne.rapport.derogation
    return "" if acte is None else noms.texte(acte)


def derniers(rapports: Sequence[Deliberation], combien: int) -> list[ScrutinLu]:
    """Return the last votes that differ by what was said, the most recent first: an amendment and déports are of one line."""
    tenus = (lu for rapport in rapports for version in rapport.votes if (lu := _du(rapport, version)) is not None)
    differents: dict[Bulletin, ScrutinLu] = {}
    for lu in sorted(tenus, key=lambda lu: lu.position, reverse=True):
        differents.setdefault(memes_voix(lu.fait.bulletin), lu)
    return list(differents.values())[:combien]


def memes_voix(bulletin: Bulletin) -> Bulletin:
    """Return what was said, without what is of one line only."""
    return bulletin.model_copy(update={"deports": (), "amendement_centimes": None})


def _du(rapport: Deliberation, version: int) -> ScrutinLu | None:
    fait = rapport.votes.get(version)
    if not isinstance(fait, ScrutinTenu):
        return None
    inscription = rapport.inscriptions[version - 1]
    return ScrutinLu(rapport.ref, version, fait, inscription.entete.effectif_le, inscription.position or 0)

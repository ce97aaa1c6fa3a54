"""Count a scrutin: who takes part, the quorum without those who stepped out, the majority. Pure functions.

CGCT, art. L4132-13-1 and L4132-14: majority of the suffrages exprimés; abstentions and members who take no part
(NPPV) are not suffrages exprimés; on a tie the vote of whoever presides prevails, if he is in the room and votes.
"""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from aggregates.seance.presences import FeuilleDePresence, Quorum, pouvoirs, presents, quorum
from kernel.faits import Immuable
from kernel.instants import Instant
from kernel.refus import Refus
from kernel.textes import enumerer


class QuorumNonAtteint(Refus, code="quorum_non_atteint"):
    """Too few members remain for this scrutin: nothing is recorded."""


class BulletinInvalide(Refus, code="bulletin_invalide"):
    """A vote nobody could cast: a member who is not there, or who votes twice."""


class Mode(StrEnum):
    """How members vote."""

    MAIN_LEVEE = "main_levee"
    APPEL_NOMINAL = "appel_nominal"


class Voix(StrEnum):
    """What a member says."""

    POUR = "pour"
    CONTRE = "contre"
    ABSTENTION = "abstention"
    NPPV = "nppv"


class Bulletin(Immuable):
    """One scrutin as it was held: what everyone says, except those who say otherwise, and those who stepped out."""

    mode: Mode
    defaut: Voix
    pour: tuple[str, ...] = ()
    contre: tuple[str, ...] = ()
    abstention: tuple[str, ...] = ()
    nppv: tuple[str, ...] = ()
    deports: tuple[str, ...] = ()
    amendement_centimes: int | None = None

    @property
    def exceptions(self) -> list[tuple[str, Voix]]:
        """Return what each named member says."""
        noms = ((Voix.POUR, self.pour), (Voix.CONTRE, self.contre), (Voix.ABSTENTION, self.abstention))
        return [(membre, voix) for voix, membres in (*noms, (Voix.NPPV, self.nppv)) for membre in membres]


@dataclass(frozen=True, slots=True)
class Depouillement:
    """What a scrutin gives, with the presences it used."""

    presents: tuple[str, ...]
    pouvoirs: tuple[tuple[str, str], ...]
    quorum: Quorum
    comptes: dict[Voix, int]
    voix_preponderante: bool
    adopte: bool


def depouiller(bulletin: Bulletin, feuille: FeuilleDePresence, au: Instant | None) -> Depouillement:
    """Count a scrutin held at that instant, or refuse with QuorumNonAtteint or BulletinInvalide."""
    sans = frozenset(bulletin.deports)
    la = presents(feuille.presences, au, sans=sans)
    mandats = pouvoirs(feuille.presences, au, sans=sans)
    _exiger_valide(bulletin, frozenset(feuille.membres), la | mandats.keys())
    compte = quorum(feuille, au, sans=sans)
    if not compte.atteint and not feuille.de_droit:
        raise QuorumNonAtteint(
            f"Quorum non atteint pour ce scrutin : {compte.presents} présents et {compte.representes} représentés, "
            f"{compte.requis} requis sur {compte.en_exercice}.",
            presents=compte.presents,
            representes=compte.representes,
            requis=compte.requis,
        )
    voix = dict.fromkeys(sorted(la | mandats.keys()), bulletin.defaut) | dict(bulletin.exceptions)
    comptes = {sens: sum(1 for dite in voix.values() if dite is sens) for sens in Voix}
    egalite = comptes[Voix.POUR] == comptes[Voix.CONTRE] > 0
    preponderante = egalite and feuille.preside_par in la and voix[feuille.preside_par] in {Voix.POUR, Voix.CONTRE}
    return Depouillement(
        presents=tuple(sorted(la)),
        pouvoirs=tuple(sorted(mandats.items())),
        quorum=compte,
        comptes=comptes,
        voix_preponderante=preponderante,
        adopte=comptes[Voix.POUR] > comptes[Voix.CONTRE] or (preponderante and voix[feuille.preside_par] is Voix.POUR),
    )


def _exiger_valide(bulletin: Bulletin, membres: frozenset[str], votants: frozenset[str]) -> None:
    cites = [membre for membre, _ in bulletin.exceptions]
    doubles = sorted(membre for membre, fois in Counter(cites).items() if fois > 1)
    if doubles:
        raise BulletinInvalide(f"Ces membres votent deux fois : {enumerer(doubles)}.", membres=doubles)
    if bulletin.defaut is Voix.NPPV:
        raise BulletinInvalide("Le vote par défaut est pour, contre ou abstention.", defaut=bulletin.defaut.value)
    inconnus = sorted(set(bulletin.deports) - membres)
    if inconnus:
        raise BulletinInvalide(f"Ces déportés ne sont pas membres : {enumerer(inconnus)}.", membres=inconnus)
    absents = sorted(set(cites) - votants)
    if absents:
        raise BulletinInvalide(f"Ni présents ni représentés à ce scrutin : {enumerer(absents)}.", membres=absents)

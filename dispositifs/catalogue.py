"""The dispositifs the engine knows. A fact about one is quoted from its text, or unknown: nothing is filled in."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from kernel.refus import Refus

_REQUIS: Final = ("taux_max_points_base", "pieces")
"""What the engine cannot do without: an amount to compute, and the pièces a text lets it demand (CRPA L114-5)."""

_GUIDE_PIC: Final = "guide-aides.hautsdefrance.fr/dispositif723 (cadre 2024-2030)"


class DispositifInconnu(Refus, code="dispositif_inconnu"):
    """No dispositif of that code; `champs` lists those that exist."""


@dataclass(frozen=True, slots=True)
class Cite:
    """A fact quoted with its source; `valeur` is None while no text in force gives it."""

    valeur: str | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispositif:
    """One scheme of aid: what is known of it whatever the year, and what its règlement must give to open a campaign."""

    code: str
    libelle: str
    section: Cite
    demandeurs: Cite
    requis: tuple[str, ...] = _REQUIS


_TOUS: Final = (
    Dispositif(
        code="nqe",
        libelle="Nos Quartiers d’Été",
        section=Cite(None, "règlement non obtenu (délibération n° 2023.01664) ; fonctionnement probable"),
        demandeurs=Cite(None, "règlement non obtenu (délibération n° 2023.01664) ; associations dans l’édition 2017"),
    ),
    Dispositif(
        code="pic",
        libelle="Projet d’initiative citoyenne",
        section=Cite("fonctionnement", f"{_GUIDE_PIC} : « Seules les dépenses de fonctionnement sont recevables »"),
        demandeurs=Cite("associations gestionnaires", f"{_GUIDE_PIC} : porteur = association"),
    ),
    Dispositif(
        code="ftu",
        libelle="Fonds de travaux urbains",
        section=Cite(None, "aucun texte régional trouvé ; investissement probable"),
        demandeurs=Cite(None, "aucun texte régional trouvé"),
    ),
    Dispositif(
        code="contrat_de_ville",
        libelle="Crédits spécifiques du contrat de ville",
        section=Cite(None, "aucun texte trouvé pour 2024-2030"),
        demandeurs=Cite(None, "aucun texte trouvé pour 2024-2030"),
    ),
)

DISPOSITIFS: Final = MappingProxyType({dispositif.code: dispositif for dispositif in _TOUS})


def dispositif(code: str) -> Dispositif:
    """Return a dispositif, or refuse with DispositifInconnu."""
    connu = DISPOSITIFS.get(code)
    if connu is None:
        raise DispositifInconnu(
            f"Le dispositif « {code} » est inconnu. Connus : {', '.join(DISPOSITIFS)}.",
            dispositif=code,
            connus=list(DISPOSITIFS),
        )
    return connu

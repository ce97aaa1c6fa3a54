"""The Tiers named by the rows read so far, and the rows that contradict what was said of one of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from application.denominations import denominations_concordent
from application.reprise.correspondance import DESIGNENT
from application.reprise.valeurs import ValeurDeCellule
from dispositifs.identites import NUMEROS
from kernel.textes import sans_accents


@dataclass(slots=True)
class TiersVu:
    """What the first rows said of one Tiers; its denomination is the first one written."""

    ligne: int
    denomination: str | None = None
    siret: str | None = None
    siren: str | None = None
    rna: str | None = None


@dataclass(frozen=True, slots=True)
class Desaccord:
    """A row that says something else of a Tiers than an earlier one."""

    cible: str
    valeur: str
    motif: str


class TiersVus:
    """One entry per Tiers of the file: known by its number, else by its key, else by its denomination."""

    def __init__(self) -> None:
        self._vus: dict[str, TiersVu] = {}
        self._par_cle: dict[str, TiersVu] = {}

    def retenir(self, ligne: int, valeurs: Mapping[str, ValeurDeCellule | None]) -> TiersVu | Desaccord:
        """Note what a row says of its Tiers, unless it contradicts an earlier row: nothing is noted then."""
        cle = cle_de_tiers(valeurs)
        if cle is None:
            raise ValueError("a row that names no Tiers")
        locale = _lu(valeurs, "tiers.cle")
        vu = self._vus.get(cle) or (self._par_cle.get(locale) if locale else None) or TiersVu(ligne)
        desaccord = _desaccord(vu, valeurs)
        if desaccord is not None:
            return desaccord
        vu.denomination = vu.denomination or _lu(valeurs, "tiers.denomination")
        for nom in NUMEROS:
            setattr(vu, nom, getattr(vu, nom) or _lu(valeurs, f"tiers.{nom}"))
        self._vus[cle] = vu
        if locale:
            self._par_cle[locale] = vu
        return vu


def cle_de_tiers(valeurs: Mapping[str, ValeurDeCellule | None]) -> str | None:
    """Return what tells one Tiers from another: "siret:…", "siren:…", "rna:…", "cle:…", "denomination:…"; None without any."""
    for cible in DESIGNENT:
        if lu := _lu(valeurs, cible):
            return f"{cible.removeprefix('tiers.')}:{lu}"
    denomination = _lu(valeurs, "tiers.denomination")
    return f"denomination:{sans_accents(denomination)}" if denomination else None


def _desaccord(vu: TiersVu, valeurs: Mapping[str, ValeurDeCellule | None]) -> Desaccord | None:
    for nom in (*NUMEROS, "denomination"):
        cible, connu = f"tiers.{nom}", getattr(vu, nom)
        lu = _lu(valeurs, cible)
        if lu is None or connu is None or lu == connu:
            continue
        if cible != "tiers.denomination" or not denominations_concordent(lu, connu):
            return Desaccord(cible, lu, f"la ligne {vu.ligne} dit autre chose du même tiers : « {connu} »")
    return None


def _lu(valeurs: Mapping[str, ValeurDeCellule | None], cible: str) -> str | None:
    valeur = valeurs.get(cible)
    return valeur if isinstance(valeur, str) and valeur else None

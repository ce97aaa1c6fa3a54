"""The dispositifs the engine knows, a file each. A fact about one is quoted from its text, or unknown: nothing is filled in."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final

from dispositifs.lecture_yaml import lire_yaml
from dispositifs.reglement import Donnee, Texte
from kernel.refus import Refus

CODES: Final = ("nqe", "pic", "ftu", "contrat_de_ville")


class DispositifInconnu(Refus, code="dispositif_inconnu"):
    """No dispositif of that code; `champs` lists those that exist."""


class Cite(Donnee):
    """A fact quoted with its source; `valeur` is None while no text in force gives it."""

    valeur: Texte | None
    source: Texte


class Dispositif(Donnee):
    """One scheme of aid: what is known of it whatever the year, and what its règlement must give to open a campaign.

    `requis` names parameters of a règlement: what the engine cannot compute nor demand without (CRPA L114-5 for the
    pièces), and what the text that founds it leaves to its règlement.
    """

    code: str
    libelle: Texte
    requis: tuple[str, ...]
    section: Cite
    demandeurs: Cite
    faits: Mapping[str, Cite]


@cache
def trouver_dispositif(code: str) -> Dispositif | None:
    """Return a dispositif, None when there is none of that code. Its file is ours: a fault in it is no refusal."""
    if code not in CODES:
        return None
    texte = resources.files("dispositifs.catalogue").joinpath(f"{code}.yaml").read_text(encoding="utf-8")
    return Dispositif.model_validate({"code": code, **lire_yaml(texte).valeurs})


def dispositif(code: str) -> Dispositif:
    """Return a dispositif, or refuse with DispositifInconnu."""
    connu = trouver_dispositif(code)
    if connu is None:
        raise DispositifInconnu(
            f"Le dispositif « {code} » est inconnu. Connus : {', '.join(CODES)}.", dispositif=code, connus=list(CODES)
        )
    return connu

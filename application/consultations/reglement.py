"""A règlement parameter by parameter, in words: what is known of each with its date and source, and what is not."""

from collections.abc import Mapping
from typing import Any

from application import mots
from dispositifs.catalogue import CODES, Cite, trouver_dispositif
from dispositifs.catalogue import dispositif as connu
from dispositifs.reglement import Reglement
from kernel.instants import dire_effet, lire_iso
from kernel.montants import en_euros


def parametres(document: Mapping[str, Any], dispositif: str) -> list[dict[str, Any]]:
    """Return every parameter: those of the campagne's document first, then those that nobody found; lists are left out."""
    dit = trouver_dispositif(dispositif)
    requis = () if dit is None else dit.requis
    lus = [
        {
            "nom": mots.REGLEMENT.get(nom) or champ.title or nom,
            "valeur": None if (lu := document.get(nom)) is None else valeur(nom, lu["valeur"]),
            "depuis": None if lu is None else lu["depuis"],
            "jusqu_au": None if lu is None else lu.get("jusqu_au"),
            "source": None if lu is None else lu["source"],
            "verifie_le": None if lu is None else lu["verifie_le"],
            "statut": "Sourcé" if lu is not None else "Inconnu, nécessaire" if nom in requis else "Inconnu",
        }
        for nom, champ in Reglement.model_fields.items()
        if nom not in {"version", "pieces", "criteres", "avis"}
    ]
    return sorted(lus, key=lambda lu: lu["valeur"] is None)


def dispositifs() -> list[tuple[str, list[tuple[str, Cite]]]]:
    """Return each dispositif by its name, with what is quoted of it: without a value, it is still to be confirmed."""
    return [
        (un.libelle, [("Section budgétaire", un.section), ("Qui peut demander", un.demandeurs), *un.faits.items()])
        for un in map(connu, CODES)
    ]


def valeur(nom: str, lue: Any) -> str:
    """Return the value of a parameter as people write it: euros, a rate, days."""
    if nom.endswith("_centimes"):
        return en_euros(lue)
    if nom.endswith("points_base"):
        return f"{lue / 100:g}".replace(".", ",") + f"{mots.NBSP}%"
    if nom == "versements":
        return str(lue).replace(":", " ").replace(",", ", ").replace("%", f"{mots.NBSP}%")
    if isinstance(lue, dict) and {"debut", "fin"} <= lue.keys():
        return f"du {dire_effet(lire_iso(lue['debut']))} au {dire_effet(lire_iso(lue['fin']))}"
    if isinstance(lue, dict):
        return ", ".join(f"{mots.mot({}, cle).lower()} {valeur(cle, v)}" for cle, v in lue.items() if v is not None)
    return (
        " ; ".join(valeur("", une) for une in lue) if isinstance(lue, list | tuple) else mots.CHOIX.get(lue, str(lue))
    )

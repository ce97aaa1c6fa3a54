"""Does one stream hold in the chain? Each of its facts against the one before it, and the one after against it.

Asked by a page, it reads three facts for each of the stream, whatever the size of the store. What it does not tell: that
the whole was not written again since. An anchor does, and a whole reading.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from adapters.store.relecture import Relecture
from adapters.store.verification import designer, tient
from application.ports import Constat


def verifier_le_flux(relecture: Relecture, agregat: UUID) -> tuple[int, list[Constat]]:
    """Return how many facts of a stream were read again, and what does not hold: facts, then versions."""
    lus, constats = relecture.flux_de(agregat), list[Constat]()
    for ligne in lus:
        position = ligne[0]
        suivante = relecture.suivante(position)
        rompu = ligne if not tient(relecture.maillon(position - 1).empreinte, ligne) else None
        if rompu is None and suivante is not None and not tient(ligne[6] or b"", suivante):
            rompu = suivante
        if rompu is not None:
            phrase = f"Le fait {designer(rompu)} ne correspond plus à son empreinte."
            lieu = {"position": rompu[0], "agregat": rompu[1], "version": rompu[2], "fait": rompu[3]}
            constats.append(Constat("fait_change", phrase, **lieu))
    versions = [ligne[2] for ligne in lus]
    if versions != list(range(1, len(versions) + 1)):
        phrase = f"L’agrégat {agregat} a {len(versions)} faits, jusqu’à la version {max(versions)} : il en manque."
        champs = {"agregat": str(agregat), "version": max(versions), "nombre": len(versions)}
        constats.append(Constat("version_manquante", phrase, **champs))
    return len(lus), constats


def chainons(relecture: Relecture, agregat: UUID) -> Iterator[dict[str, Any]]:
    """Yield each fact of a stream as it is stored, with the digest before it: whoever has the line computes its own again."""
    for position, lequel, version, topic, etat, le, digest in relecture.flux_de(agregat):
        yield {
            "position": position,
            "agregat": lequel,
            "version": version,
            "fait": topic,
            "enregistre_le": le,
            "precedente": relecture.maillon(position - 1).empreinte.hex(),
            "empreinte": (digest or b"").hex(),
            "etat": bytes(etat).decode(errors="replace"),  # what is no text is of no fact: its digest tells it
        }

"""What is said of the examination of a request, and of the délais of the law that run on it."""

from typing import Any

from kernel.instants import dire_effet, lire_iso


def jour(texte: str | None) -> str:
    """Return a date or an instant of a document, nothing for nothing."""
    return "" if texte is None else dire_effet(lire_iso(texte))


def motifs(document: dict[str, Any]) -> list[str]:
    """Return what was found against the request with its answer, and by which list its territory was judged."""
    dits = [f"  {m['motif']} : {m['reponse'] or 'attend une réponse'}" for m in document["motifs"]]
    juge = document["eligibilite"]
    au, liste = juge["territoire_au"], juge["liste"] or "liste inconnue à cette date"
    return [*(["Motifs :", *dits] if dits else []), *([f"Territoire jugé au {jour(au)} : {liste}"] if au else [])]


def recours(delai: dict[str, Any] | None) -> list[str]:
    """Say of the délai that a notified rejet began that it does not run, when it does not; when it ends is one of the dates."""
    court = delai is None or delai["opposable"]
    return [] if court else ["  Le délai de recours contre le rejet notifié ne court pas contre le demandeur."]


def silence(compte: dict[str, Any] | None) -> list[str]:
    """Return the steps by which the silence is counted."""
    if compte is None:
        return []
    return [
        "",
        f"Délai du silence, jusqu’au {jour(compte['dernier_jour'])} :",
        *(
            f"  {jour(e['du'])} – {jour(e['au'])} : {e['motif']}" + (f" ({e['source']})" if e["source"] else "")
            for e in compte["etapes"]
        ),
    ]

"""Pages of a list, by the key of its order: what comes or goes between two pages neither hides a row nor shows it twice.

A cursor names the last row read, and need not be there any more; to people it is one opaque word.
"""

from base64 import b64decode, urlsafe_b64encode
from typing import Any

import sqlalchemy as sa

from kernel.refus import SaisieInvalide
from kernel.textes import defaut_de_texte


def paginer(
    connexion: sa.Connection,
    requete: sa.Select[Any],
    tri: sa.Column[str],
    apres: str,
    limite: int | None,
    *,
    curseurs: bool = False,
) -> dict[str, Any]:
    """Return the rows that follow a cursor, and where they stand.

    Args:
        connexion: Where the list is.
        requete: All its rows, in no order.
        tri: What orders them: unique, and the same as long as the row is there.
        apres: The cursor, blank at the beginning.
        limite: How many rows at most.
        curseurs: Each row has its own cursor.

    Returns:
        `lignes`; `avant`, how many rows are before them; the cursors `suivant` (None at the end) and `precedent` (None
        at the beginning, blank when it leads there).

    Raises:
        SaisieInvalide: nobody gave that cursor.
    """
    suite, avant, precedent = requete.add_columns(tri.label("tri")).order_by(tri), 0, None
    if apres:
        cle = lire_curseur(apres)
        lues, suite = requete.where(tri <= cle), suite.where(tri > cle)
        avant = connexion.scalar(lues.with_only_columns(sa.func.count(), maintain_column_froms=True)) or 0
        debut = lues.with_only_columns(tri, maintain_column_froms=True).order_by(tri.desc()).offset(limite).limit(1)
        precedent = ecrire_curseur(connexion.scalar(debut) or "") if avant else None
    une_de_plus = None if limite is None else limite + 1
    lus = [dict(ligne) for ligne in connexion.execute(suite.limit(une_de_plus)).mappings()]
    lignes, cles = lus[:limite], [ligne.pop("tri") for ligne in lus]
    suivant = ecrire_curseur(cles[len(lignes) - 1]) if len(lus) > len(lignes) else None
    if curseurs:
        for ligne, cle in zip(lignes, cles, strict=False):
            ligne["curseur"] = ecrire_curseur(cle)
    return {"lignes": lignes, "avant": avant, "precedent": precedent, "suivant": suivant}


def ecrire_curseur(cle: str) -> str:
    """Return the cursor of a row, from the key of its order."""
    return urlsafe_b64encode(cle.encode()).decode().rstrip("=")


def lire_curseur(curseur: str) -> str:
    """Return the key a cursor names, or refuse with SaisieInvalide."""
    try:
        cle = b64decode(curseur + "=" * (-len(curseur) % 4), b"-_", validate=True).decode()
    except ValueError:
        cle = ""
    if not cle or defaut_de_texte(cle) is not None:
        raise SaisieInvalide("La suite demandée (apres) n’est pas de celles que donne une liste.", apres=curseur)
    return cle

"""What a prepared rapport awaits: the engine puts its lines on the agenda, people set the refused ones aside."""

from collections.abc import Iterator

from aggregates.deliberation.etat import EtatDeliberation
from kernel.attentes import Attente, Cle, Role


def attentes(deliberation: EtatDeliberation) -> Iterator[Attente]:
    """Yield the pass due at once, and one attente per refused line."""
    passe = deliberation.passe_inscription
    if passe is not None and deliberation.a_inscrire:
        yield Attente(
            Cle("inscription", "", passe.version),
            de=Role.SYSTEME,
            depuis=passe.depuis,
            echeance=passe.depuis,
            automatisme="inscrire_lignes",
            fondement="ordre du jour de la commission permanente",
        )
    for ligne in deliberation.a_ecarter:
        if ligne.refusee_par is not None:
            yield Attente(
                Cle("ligne_refusee", str(ligne.rapport.ligne), ligne.refusee_par.version),
                de=Role.ASSEMBLEES,
                depuis=ligne.refusee_par.depuis,
                gestes=("ecarter-ligne",),
                fondement=f"le dossier {ligne.rapport.ref} a refusé : {ligne.refus}",
            )

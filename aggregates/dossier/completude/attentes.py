"""What a dossier awaits before it is complete."""

from collections.abc import Iterator
from datetime import timedelta

from aggregates.dossier.etat import AVANT_COMPLETUDE, Etat, EtatDossier
from aggregates.dossier.silence.calcul import produites_le
from kernel.attentes import Attente, Cle, Nature, Role
from kernel.instants import fin_de_jour

EXAMEN_HABITUEL = timedelta(days=15)
"""Usage of the product, not law: beyond it, a dossier nobody examined is shown as stuck."""


def attentes(dossier: EtatDossier) -> Iterator[Attente]:
    """Yield the agent's examination, or the applicant's pièces and then the agent's follow-up."""
    assert dossier.depuis is not None
    if dossier.etat not in AVANT_COMPLETUDE:
        return
    ouvertes = [d for d in dossier.demandes_de_pieces if produites_le(dossier, d.pieces) is None]
    if dossier.etat is not Etat.INCOMPLET or not ouvertes:  # nothing asked for is missing any more
        yield Attente(
            Cle("completude", "", 1),
            de=Role.INSTRUCTEUR,
            depuis=dossier.depuis,
            gestes=("declarer-complet", "demander-pieces", "declarer-irrecevable", "retirer"),
            fondement="examen de la complétude",
            habituelle=EXAMEN_HABITUEL,
        )
        return
    for demande in ouvertes:
        echue = demande.version in dossier.demandes_echues
        yield Attente(
            Cle("suite_pieces" if echue else "pieces", ",".join(demande.pieces), demande.version),
            de=Role.INSTRUCTEUR if echue else Role.PORTEUR,
            depuis=demande.depuis,
            echeance=None if echue else fin_de_jour(demande.jusqu_au),
            automatisme=None if echue else "constater_pieces_non_produites",
            gestes=("classer-sans-suite", "demander-pieces", "recevoir-piece")
            if echue
            else ("recevoir-piece", "retirer"),
            nature=Nature.USAGE if echue else Nature.LOI,
            fondement=demande.delai.source,
            habituelle=EXAMEN_HABITUEL if echue else None,
        )

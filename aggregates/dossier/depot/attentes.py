"""What a freshly filed dossier awaits of the engine."""

from collections.abc import Iterator

from aggregates.dossier.etat import Etat, EtatDossier
from kernel.attentes import Attente, Cle, Nature, Role


def attentes(dossier: EtatDossier) -> Iterator[Attente]:
    """Yield the accusés and the tiers, all due from the dépôt and owed by the engine.

    Their instant is that of the dépôt, whatever the état since: it makes the id of the command, the same for every driver.
    """
    if dossier.etat is Etat.DEPOSE and dossier.depose_le is not None and dossier.enregistre_le is None:
        yield _au_systeme(dossier, "enregistrement", "enregistrer", "CRPA, art. R112-11-2", Nature.LOI)
    elif dossier.tient_encore and dossier.recu_le is None and dossier.silence is not None:
        yield _au_systeme(dossier, "accuse_reception", "accuser_reception", "CRPA, art. R112-11-1", Nature.LOI)
    if dossier.tiers_id is None and dossier.siret is not None and dossier.tient_encore:
        yield _au_systeme(dossier, "tiers", "rattacher_tiers", "identité du demandeur", Nature.USAGE)


def _au_systeme(dossier: EtatDossier, code: str, automatisme: str, fondement: str, nature: Nature) -> Attente:
    assert dossier.depose_depuis is not None
    return Attente(
        Cle(code, "", 1),
        de=Role.SYSTEME,
        depuis=dossier.depose_depuis,
        echeance=dossier.depose_depuis,
        automatisme=automatisme,
        fondement=fondement,
        nature=nature,
    )

"""What holds of any life of any aggregate (design §1.3, §1.6): told once, asked of each kind."""

from typing import Any

from aggregates.registre import ESPECES, attentes
from kernel.agregat import Agregat, plier
from kernel.attentes import Attente, Role, instants
from tests.aggregates.fabrique import etat


def exiger_attentes(agregat: Any) -> tuple[Attente, ...]:
    """Return what it awaits, checked: somebody or the engine can end each one, and an open one awaits something."""
    espece, attendues = ESPECES[agregat.nom], attentes(agregat)
    assert attendues or not agregat.existe or espece.peut_reposer or espece.est_termine(agregat), agregat
    assert not (attendues and espece.est_termine(agregat)), (agregat, attendues)
    assert len({a.cle for a in attendues}) == len(attendues), attendues
    for attente in attendues:
        assert attente.gestes or attente.renvoie_a or attente.de is Role.SYSTEME, attente
        assert not attente.gestes or attente.renvoie_a is None, attente
        assert attente.de is not Role.SYSTEME or attente.automatisme is not None, attente
        assert not attente.automatisme or list(instants(attente)), attente
        assert attente.fondement
    return attendues


def exiger_progres(agregat: Any, avant: Attente) -> None:
    """The automatisme of an attente was executed: it ended it, or its next instant is later."""
    apres = next((a for a in attentes(agregat) if a.cle == avant.cle), None)
    dus = min(du.instant for du in instants(avant))
    assert apres is None or all(du.instant > dus for du in instants(apres)), apres


def exiger_vie(agregat: Agregat) -> None:
    """Fold every prefix of a life: what is awaited holds at each step, and a fact that wakes nobody changes none of it."""
    avant: tuple[Attente, ...] = ()
    for rang, inscription in enumerate(agregat.inscriptions, 1):
        prefixe = plier(type(agregat), agregat.id, agregat.inscriptions[:rang])
        apres = exiger_attentes(prefixe)
        assert inscription.fait.reveille or apres == avant, inscription.fait.topic
        avant = apres
    assert etat(plier(type(agregat), agregat.id, agregat.inscriptions)) == etat(agregat)
    exiger_passes_lisibles(agregat)


def exiger_passes_lisibles(agregat: Agregat) -> None:
    """At a past date some facts are left out, whatever the order they were recorded in: what was awaited is still told."""
    inscriptions = agregat.inscriptions
    passes = [plier(type(agregat), agregat.id, inscriptions, au=i.entete.effectif_le) for i in inscriptions]
    passes += [
        plier(type(agregat), agregat.id, [i for i in inscriptions if i is not absente]) for absente in inscriptions
    ]
    for passe in passes:
        assert isinstance(attentes(passe), tuple)

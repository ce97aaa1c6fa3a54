"""What a dossier awaits of the engine elsewhere: its tiers; and, as a tiers does, that whoever is forgotten is."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from aggregates.dossier import Dossier
from aggregates.registre import ESPECES
from aggregates.tiers import Tiers
from application.automatisme import Automatisme, Ordre, reaction
from application.commandes import Recu
from application.consultations.doubles import memes_demandes, tiers_connus, tiers_sans_siret
from application.declaration import envoyer
from application.gestes.examen import relever_le_demandeur
from application.gestes.tiers import RecevoirDemande, id_du_numero
from application.services import Services
from dispositifs.identites import NUMEROS
from kernel.pannes import passer


@reaction("dossier", "rattacher_tiers", Dossier)
def rattacher_tiers(dossier: Dossier, ordre: Ordre, services: Services) -> Callable[[Dossier], object]:
    """A dossier was filed: record its tiers by its number (silent when known), then the link.

    A tiers known under another name, or one of several of that SIREN, is linked by a person: the award would pay the other.
    Known by its SIREN or its RNA alone, it takes the SIRET of the request.
    """
    numeros = {nom: getattr(dossier, nom) for nom in NUMEROS}
    if dossier.siret:
        connus = tiers_sans_siret(services.store, dossier.siret, dossier.rna)
    else:
        connus = tiers_connus(services.store, dossier.denomination, **numeros)
    if len(connus) > 1 and not dossier.identite_confirmee:
        return lambda d: d.constater_desaccord(connus[0].id)
    commande = RecevoirDemande(
        **numeros,
        denomination=dossier.denomination,
        dossier=ordre.id,
        confirmee=dossier.identite_confirmee,
        tiers=connus[0].id if len(connus) == 1 else id_du_numero(dossier.siret, dossier.numero or ""),
    )
    recu = envoyer(commande, ordre.sous_appel("tiers", ordre.du.ouverte_par), services)
    tiers = services.store.charger(Tiers, recu.id)
    if ordre.id in tiers.demandes:
        doubles = [autre.ref for autre in memes_demandes(services.store, dossier, tiers) if autre.issue != "retire"]
        return partial(_rattacher, tiers=tiers, doubles=doubles, services=services)
    return lambda d: d.constater_desaccord(recu.id)


def _rattacher(dossier: Dossier, *, tiers: Tiers, doubles: Sequence[str], services: Services) -> None:
    """Link it, with what is known of the legal nature of its applicant: what is declared next, the tiers tells."""
    dossier.rattacher_tiers(tiers.id, doubles)
    for declaree in tiers.natures.values():
        dossier.constater_nature(declaree.categorie, declaree.du, declaree.source)
    relever_le_demandeur(dossier, services)


NOM: Final = "detruire_cle"


def _detruire(agregat: Any, ordre: Ordre, services: Services) -> Callable[[Any], object]:
    if agregat.oubli_a_faire is not None:
        services.fichiers.noter_oubli(ordre.id)  # first: an older copy of the store and of the coffre will not know
        passer("oublier.avant_destruction")
        services.coffre.detruire_cle(ordre.id)
        passer("oublier.apres_destruction")
    return lambda a: a.constater_cle_detruite()


def _handler(ordre: Ordre, services: Services) -> Recu:
    """Destroy the key, or refuse with GesteImpossible when nobody decided it; stopped anywhere, it is done again."""
    return reaction(ordre.agregat, NOM, ESPECES[ordre.agregat].classe)(_detruire).handler(ordre, services)


detruire_cle = Automatisme("dossier", NOM, _handler)

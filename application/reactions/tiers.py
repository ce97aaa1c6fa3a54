"""What a tiers awaits of the engine elsewhere: that its dossiers, and their awards, learn its legal nature."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from aggregates.dossier import Dossier
from aggregates.dossier.etat import id_subvention_du
from aggregates.subvention import Subvention
from aggregates.tiers import Tiers
from application.automatisme import Ordre, par_lignes, reaction
from application.commandes import Commande
from application.declaration import envoyer, geste
from application.gestes.cibles import DOSSIER, RefDossier
from application.gestes.examen import relever_le_demandeur
from application.gestes.subvention import AppliquerNature
from application.services import Services
from kernel.attentes import Role


@geste("constater-nature", "Porter la nature du demandeur", Role.SYSTEME, sur=DOSSIER)
class ConstaterNature(Commande):
    """Porter à un dossier la nature juridique de son demandeur."""

    dossier: RefDossier
    categorie: str
    du: date
    source: UUID

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Record it; the règlement may not admit such an applicant."""
        dossier.constater_nature(self.categorie, self.du, self.source)
        relever_le_demandeur(dossier, services)


@reaction("tiers", "porter_nature", Tiers)
def porter_nature(tiers: Tiers, ordre: Ordre, services: Services) -> Callable[[Tiers], object]:
    """The nature of a tiers was declared: tell each of its dossiers; those linked later learn it when they are."""
    version = int(ordre.du.objet)
    courante = tiers.passe_nature is not None and tiers.passe_nature.version == ordre.du.ouverte_par
    declaree = tiers.natures_declarees.get(version) if courante else None

    def porter(dossier: UUID) -> None:
        assert declaree is not None, "there is nobody to tell otherwise"
        commande = ConstaterNature(
            dossier=str(dossier), categorie=declaree.categorie, du=declaree.du, source=declaree.source
        )
        envoyer(commande, ordre.sous_appel("nature", version, dossier), services)
        subvention = id_subvention_du(dossier)
        if services.store.charger(Subvention, subvention).vivante:
            droit = AppliquerNature(subvention=str(subvention))
            envoyer(droit, ordre.sous_appel("droit", version, dossier), services)

    portees, refusees = par_lignes(tiers.natures_a_porter.get(version, ()) if declaree else (), porter)
    return lambda t: t.porter_nature(version, [*portees, *(dossier for dossier, _ in refusees)])

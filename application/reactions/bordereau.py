"""What a bordereau awaits of the engine elsewhere: the subventions to be told of its signature."""

from collections.abc import Callable

from aggregates.bordereau import Bordereau, CleDeLigne, SignatureNonPortee
from application.automatisme import Ordre, par_lignes, reaction
from application.geste import envoyer
from application.gestes.paiement import ConstaterSignature
from application.services import Services


@reaction("bordereau", "porter_signature", Bordereau, chaud=True)
def porter_signature(bordereau: Bordereau, ordre: Ordre, services: Services) -> Callable[[Bordereau], object]:
    """A bordereau is signed: tell each subvention."""

    def porter(cle: CleDeLigne) -> None:
        commande = ConstaterSignature(
            subvention=str(cle.subvention), echeance=cle.echeance, tentative=cle.tentative, bordereau=ordre.id
        )
        envoyer(commande, ordre.sous_appel("signature", *cle), services)

    courante = bordereau.portage is not None and bordereau.portage.version == ordre.du.ouverte_par
    portees, refusees = par_lignes(bordereau.a_porter if courante else (), porter)
    lignes = [SignatureNonPortee(**cle._asdict(), code=code) for cle, code in refusees]
    return lambda b: b.porter_signature(portees, lignes)

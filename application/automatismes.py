"""Every automatisme, by code: what the engine does when an attente says it is due. One line each."""

from aggregates.dossier import Dossier
from application.automatisme import Automatisme, Ordre, simple
from application.commandes import Recu
from application.reactions import (
    attribuer_numero,
    clore_apres_subvention,
    degager_renonciation,
    detruire_cle,
    engager_credits,
    engager_en_attente,
    inscrire_lignes,
    porter_au_bordereau,
    porter_decisions,
    porter_engagement,
    porter_signature,
    rattacher_tiers,
)
from application.services import Services

AUTOMATISMES: dict[str, Automatisme] = {
    a.nom: a
    for a in (
        simple("dossier", "enregistrer", Dossier, lambda d, _: d.enregistrer()),
        simple("dossier", "accuser_reception", Dossier, lambda d, _: d.accuser_reception()),
        simple("dossier", "constater_rejet_implicite", Dossier, lambda d, o: d.constater_rejet_implicite(o.au)),
        simple(
            "dossier",
            "constater_pieces_non_produites",
            Dossier,
            lambda d, o: d.constater_pieces_non_produites(o.du.ouverte_par, o.au),
        ),
        simple("dossier", "reputer_avis_rendu", Dossier, lambda d, o: d.reputer_avis_rendu(o.du.ouverte_par, o.au)),
        rattacher_tiers.AUTOMATISME,
        inscrire_lignes.AUTOMATISME,
        attribuer_numero.AUTOMATISME,
        porter_decisions.AUTOMATISME,
        engager_credits.AUTOMATISME,
        engager_en_attente.AUTOMATISME,
        porter_engagement.AUTOMATISME,
        porter_au_bordereau.AUTOMATISME,
        porter_signature.AUTOMATISME,
        clore_apres_subvention.AUTOMATISME,
        degager_renonciation.AUTOMATISME,
        detruire_cle.AUTOMATISME,
    )
}


def executer(ordre: Ordre, services: Services) -> Recu:
    """Carry out one automatisme; the same order, from any driver, has one effect.

    Raises:
        Refus: the state has moved since the order was given: read the attentes again.
    """
    return AUTOMATISMES[ordre.du.automatisme].handler(ordre, services)

"""Every automatisme, by code: what the engine does when an attente says it is due. One line each."""

from aggregates.dossier import Dossier
from application.automatisme import Automatisme, Ordre, simple
from application.commandes import Recu
from application.reactions import argent, deliberation, dossier, envois, tiers
from application.services import Services

AUTOMATISMES: dict[str, Automatisme] = {
    a.nom: a
    for a in (
        simple("dossier", "constater_rejet_implicite", Dossier, lambda d, o: d.constater_rejet_implicite(o.au)),
        simple(
            "dossier",
            "repondre_au_rejet_implicite",
            Dossier,
            lambda d, o: d.repondre_au_rejet_implicite(o.du.ouverte_par),
        ),
        simple(
            "dossier",
            "constater_pieces_non_produites",
            Dossier,
            lambda d, o: d.constater_pieces_non_produites(o.du.ouverte_par, o.au),
        ),
        simple(
            "dossier",
            "rappeler_visa",
            Dossier,
            lambda d, o: d.rappeler_visa(o.du.ouverte_par, o.du.instant, o.au),
        ),
        simple("dossier", "reputer_avis_rendu", Dossier, lambda d, o: d.reputer_avis_rendu(o.du.ouverte_par, o.au)),
        simple(
            "dossier",
            "constater_rejet_du_recours",
            Dossier,
            lambda d, o: d.constater_rejet_du_recours(int(o.du.objet), o.au),
        ),
        simple(
            "dossier",
            "constater_recours_sans_objet",
            Dossier,
            lambda d, o: d.constater_recours_sans_objet(int(o.du.objet)),
        ),
        dossier.rattacher_tiers,
        envois.enregistrer,
        envois.rappeler_avis,
        envois.envoyer_document,
        deliberation.inscrire_lignes,
        deliberation.attribuer_numero,
        deliberation.porter_decisions,
        deliberation.engager_credits,
        argent.engager_en_attente,
        argent.porter_engagement,
        argent.porter_au_bordereau,
        argent.porter_signature,
        argent.porter_retrait,
        argent.clore_apres_subvention,
        argent.degager_renonciation,
        tiers.porter_nature,
        dossier.detruire_cle,
    )
}


def executer(ordre: Ordre, services: Services) -> Recu:
    """Carry out one automatisme; the same order, from any driver, has one effect.

    Raises:
        Refus: the state has moved since the order was given: read the attentes again.
    """
    return AUTOMATISMES[ordre.du.automatisme].handler(ordre, services)

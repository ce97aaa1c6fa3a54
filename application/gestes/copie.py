"""A request asked again: last year's, in the form of a new dépôt, to be read and corrected before it is filed."""

import json

from aggregates.dossier import Dossier
from application.gestes.depot import Budget, Charge, Contact, DeposerDossier, Produit, TerritoireDuDepot, TiersDuDepot
from application.services import Services


def d_apres(dossier: Dossier, demande: Services, contact: Services) -> DeposerDossier:
    """Return what a dépôt would say of the same project; campagne, period, dates and pièces are those of another year.

    `demande` and `contact` are the doors through which whoever copies may read each.
    """
    textes = json.loads((dossier.textes and demande.coffre.lire(dossier.textes)) or "{}")
    joindre = dossier.contact and contact.coffre.lire(dossier.contact)
    postes, libelles, financeurs = (textes.get(nom, ()) for nom in ("postes", "libelles", "financeurs"))
    dits = zip(postes, libelles, dossier.charges, strict=False)
    charges = [Charge.model_construct(poste=p, libelle=li, montant_centimes=c.montant_centimes) for p, li, c in dits]
    produits = [
        Produit.model_construct(financeur=financeur, montant_centimes=produit.montant_centimes)
        for financeur, produit in zip(financeurs, dossier.produits, strict=False)
    ]
    return DeposerDossier.model_construct(
        campagne="",
        tiers=TiersDuDepot.model_construct(
            siret=dossier.siret, siren=dossier.siren, rna=dossier.rna, denomination=dossier.denomination
        ),
        contact=Contact.model_validate_json(joindre) if joindre else None,
        objet=dossier.objet,
        territoire=TerritoireDuDepot(qpv=dossier.qpv, communes=dossier.communes),
        montant_demande_centimes=dossier.demande_centimes,
        budget=Budget.model_construct(charges=tuple(charges), produits=tuple(produits)),
        criteres=textes.get("criteres", {}),
    )

"""An award: opened by its délibération, engaged, its échéancier and its convention; each échéance paid; its end."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field

from aggregates.campagne import Campagne
from aggregates.dossier import Dossier
from aggregates.dossier.etat import id_subvention_du
from aggregates.dossier.nature import personne_publique_depuis, vaut_pour_le_demandeur
from aggregates.subvention import Subvention
from aggregates.subvention.echeancier import chiffrer, lire_echeances, lire_parts
from aggregates.subvention.etat import NatureEcheance
from aggregates.subvention.ouverture import SubventionOuverte
from application import loi
from application.commandes import Commande, Montant, Saisie
from application.consultations.voir import beneficiaire
from application.declaration import Reference, geste
from application.gestes.cibles import SUBVENTION, Motif, Rang, RefDossier, RefSubvention
from application.numeros import id_de, reference_subvention
from application.services import Services
from dispositifs.reglement import Jour
from kernel.attentes import Delai, Role
from kernel.instants import jour_de
from kernel.montants import MONTANT_MAX
from kernel.refus import Refus, SaisieInvalide


@geste("ouvrir", "Ouvrir la subvention", Role.SYSTEME, sur=SUBVENTION)
class OuvrirSubvention(Commande):
    """Ouvrir la subvention qu’attribue une délibération exécutoire."""

    dossier: RefDossier
    deliberation: Reference = Field(title="Délibération", description="référence de la délibération")
    tiers: Reference | None = Field(default=None, title="Tiers", description="référence du tiers")
    montant_centimes: Montant = Field(gt=0, title="Montant voté", description="montant voté, en centimes")
    vote_le: Jour = Field(title="Vote", description="date du vote")
    campagne: str = Field(title="Campagne", description="code de la campagne")
    objet: str = Field(title="Objet", description="objet de l’aide")
    enveloppe: Reference | None = Field(default=None, title="Enveloppe", description="l’enveloppe de la ligne votée")

    def id_cree(self) -> UUID:
        """Return the id of the award of its dossier."""
        return id_subvention_du(id_de("dossier", self.dossier))

    def decider(self, subvention: Subvention, services: Services) -> None:
        """Open the award: the payment délai of the law runs from here, or from the convention when one is due."""
        dossier = services.trouver(Dossier, self.dossier)
        ouverte = SubventionOuverte(
            ref=reference_subvention(dossier.ref),
            dossier=dossier.id,
            dossier_ref=dossier.ref,
            deliberation=id_de("deliberation", self.deliberation),
            tiers=None if self.tiers is None else id_de("tiers", self.tiers),
            montant_centimes=self.montant_centimes,
            vote_le=self.vote_le,
            campagne=self.campagne,
            objet=self.objet,
            convention_exigee=False,
            paiement=_delai_de_paiement(dossier, self.vote_le),
            enveloppe=self.enveloppe,
        )
        subvention.ouvrir(ouverte, _seuil_convention(dossier, self.campagne, self.vote_le, services))


@geste("appliquer-nature", "Porter la nature du bénéficiaire", Role.SYSTEME, sur=SUBVENTION)
class AppliquerNature(Commande):
    """Porter à une subvention le droit que choisit la nature de son bénéficiaire, apprise depuis son ouverture."""

    subvention: RefSubvention

    def decider(self, subvention: Subvention, services: Services) -> None:
        """Reckon again whether a convention is due, and whether the délai of payment runs."""
        if subvention.reprise or subvention.vote_le is None or subvention.dossier is None:
            return
        dossier, vote_le = services.store.charger(Dossier, subvention.dossier), subvention.vote_le
        seuil = _seuil_convention(dossier, subvention.campagne, vote_le, services)
        subvention.appliquer_nature(seuil, _delai_de_paiement(dossier, vote_le))


def _seuil_convention(dossier: Dossier, campagne: str, vote_le: date, services: Services) -> int:
    """Return the amount above which a convention is due: the law's, or the règlement's when it is stricter at the vote.

    The law makes none of a legal person of public law; of an unknown nature it does, which is the protective rule.
    """
    publique = personne_publique_depuis(dossier, vote_le) is not None
    legal = MONTANT_MAX if publique else loi.seuil_convention_centimes(vote_le)
    lue = services.store.charger(Campagne, id_de("campagne", campagne))
    reglement = lue.selon(dossier.reglement, dossier.depose_le, vote_le).reglement
    seuil = None if reglement is None else reglement.convention_seuil_centimes
    if seuil is None or seuil.depuis > vote_le:
        return legal
    return min(legal, seuil.valeur)


def _delai_de_paiement(dossier: Dossier, au: date) -> Delai | None:
    """Return the délai in which the law has an award paid; None to a legal person of public law, for whom it sets none.

    Source: loi n° 2000-321, art. 10, of bodies of droit privé.
    """
    delai = loi.delai("paiement", au)
    return delai if vaut_pour_le_demandeur(dossier, delai, au) else None


@geste(
    "valider-reprise",
    "Valider l’attribution reprise",
    Role.RESPONSABLE,
    Role.FINANCE,
    sur=SUBVENTION,
    decide=Subvention.valider_reprise,
)
class ValiderReprise(Commande):
    """Valider une attribution qu’une autre personne a reprise d’un fichier : elle peut alors être payée."""

    subvention: RefSubvention


@geste(
    "constater-engagement",
    "Constater l’engagement",
    Role.SYSTEME,
    sur=SUBVENTION,
    decide=Subvention.constater_engagement,
)
class ConstaterEngagement(Commande):
    """Constater l’engagement des crédits d’une subvention."""

    subvention: RefSubvention
    enveloppe: UUID = Field(title="Enveloppe", description="l’enveloppe qui engage")
    montant_centimes: int = Field(title="Montant engagé", description="montant engagé, en centimes")


class EcheanceSaisie(Saisie):
    """One payment of an award, as a person writes it."""

    nature: NatureEcheance = Field(title="Nature", description="avance, acompte, solde ou unique")
    part: str = Field(min_length=1, max_length=40, title="Part", description="« 70% », ou un montant en euros")


def _lire_echeances(valeur: object) -> object:
    """Read "avance:70%,solde:30%" as a person types it."""
    if not isinstance(valeur, str):
        return valeur
    return tuple({"nature": nature, "part": part} for nature, part in lire_parts(valeur))


@geste("fixer-echeancier", "Fixer l’échéancier", Role.FINANCE, sur=SUBVENTION)
class FixerEcheancier(Commande):
    """Fixer l’échéancier ; sans échéances données, celui du règlement de la campagne."""

    subvention: RefSubvention
    echeances: Annotated[tuple[EcheanceSaisie, ...], BeforeValidator(_lire_echeances)] | None = Field(
        default=None,
        min_length=1,
        title="Échéances",
        description="« avance:70%,solde:30% », ou des montants en euros",
    )

    def decider(self, subvention: Subvention, services: Services) -> None:
        """Fix the échéancier; its parts make the whole award, the last taking the rounding."""
        vote = subvention.vote_centimes
        if self.echeances is not None:
            subvention.fixer_echeancier(chiffrer([(e.nature, e.part) for e in self.echeances], vote), None)
            return
        texte, source = _versements_du_reglement(subvention, services)
        subvention.fixer_echeancier(lire_echeances(texte, vote), source)


def _versements_du_reglement(subvention: Subvention, services: Services) -> tuple[str, str]:
    """Return the split of payments of its campagne's règlement, as text, and the règlement.

    Refuse with SaisieInvalide when it has none, with ValeurPasEnVigueur when it only holds after the vote.
    """
    campagne = services.store.charger(Campagne, id_de("campagne", subvention.campagne))
    if campagne.revisions:
        dossier = services.store.charger(Dossier, subvention.dossier or subvention.id)
        campagne = campagne.selon(
            dossier.reglement, dossier.depose_le, subvention.vote_le or dossier.depose_le or date.max
        )
    reglement = campagne.reglement
    if campagne.ouverte is None or reglement is None or reglement.versements is None:
        raise SaisieInvalide(
            "Le règlement ne fixe aucun versement : donnez --echeances « avance:70%,solde:30% ».", champ="echeances"
        )
    reglement.exiger_en_vigueur(("versements",), subvention.vote_le or jour_de(subvention.contexte.effectif_le))
    return reglement.versements.valeur, reglement.reference(campagne.ouverte.dispositif)


@geste("signer-convention", "Signer la convention", Role.INSTRUCTEUR, Role.FINANCE, sur=SUBVENTION)
class SignerConvention(Commande):
    """Enregistrer la signature de la convention, à sa date."""

    subvention: RefSubvention

    def decider(self, subvention: Subvention, services: Services) -> None:
        """Record the signature: payment may start, and its délai runs from that date."""
        exiger_nature_connue(subvention, services)
        dossier = services.store.charger(Dossier, subvention.dossier or subvention.id)
        subvention.signer_convention(_delai_de_paiement(dossier, jour_de(subvention.contexte.effectif_le)))


@geste(
    "renoncer",
    "Enregistrer la renonciation",
    Role.FINANCE,
    sur=SUBVENTION,
    irreversible="Le droit à la subvention sera perdu, ses crédits libérés et son dossier clos.",
)
class Renoncer(Commande):
    """Enregistrer la renonciation du bénéficiaire, avant tout paiement."""

    subvention: RefSubvention
    motif: Motif

    def decider(self, subvention: Subvention, services: Services) -> None:
        """Record the renunciation; the engine then releases the credits and closes the dossier."""
        sujet = subvention.dossier or subvention.id
        subvention.renoncer(services.confier_exige(self.motif, sujet, "motif"))


@geste(
    "solder",
    "Solder",
    Role.FINANCE,
    sur=SUBVENTION,
    decide=Subvention.solder,
    irreversible="La subvention sera close : plus rien ne sera payé sur elle.",
)
class Solder(Commande):
    """Solder une subvention entièrement payée."""

    subvention: RefSubvention


def coordonnees_validees(subvention: Subvention, services: Services) -> UUID | None:
    """Return the coffre id of the bank details a second person validated for its tiers, None when there are none."""
    tiers = beneficiaire(services, subvention)
    return None if tiers is None else tiers.coordonnees_valides


def exiger_nature_connue(subvention: Subvention, services: Services) -> None:
    """Refuse with NatureInconnue while nobody said what legal person is paid: it chooses convention, account and délai.

    What was decided elsewhere and taken over was so under what its own act says: its public file names no nature.
    """
    tiers = None if subvention.reprise else beneficiaire(services, subvention)
    if tiers is None or subvention.vote_le is None:
        return
    if not any(du <= subvention.vote_le for du in tiers.natures):
        raise NatureInconnue(
            "La nature juridique du bénéficiaire n’est pas connue à la date du vote : elle choisit la convention et le délai de "
            "paiement (« tiers declarer-nature » d’abord, avec sa source).",
            tiers=tiers.ref or str(tiers.id),
            d_abord="tiers declarer-nature",
        )


class NatureInconnue(Refus, code="nature_inconnue"):
    """Nobody said whether the beneficiary is of public or private law: nothing that depends on it is done."""


@geste("liquider", "Liquider", Role.FINANCE, sur=SUBVENTION)
class Liquider(Commande):
    """Liquider une échéance de la subvention."""

    subvention: RefSubvention
    echeance: Rang

    def decider(self, subvention: Subvention, services: Services) -> None:
        """Reckon what is owed for an échéance, on the validated bank details of that moment; its nature is known."""
        exiger_nature_connue(subvention, services)
        subvention.liquider(self.echeance, coordonnees_validees(subvention, services))


@geste("mandater", "Mandater", Role.ORDONNATEUR, sur=SUBVENTION)
class Mandater(Commande):
    """Mandater une échéance liquidée par une autre personne."""

    subvention: RefSubvention
    echeance: Rang

    def decider(self, subvention: Subvention, services: Services) -> None:
        """Order an échéance, if the bank details are still those of its liquidation; who liquidated it cannot."""
        subvention.mandater(self.echeance, coordonnees_validees(subvention, services))


@geste("constater-retrait", "Constater le retrait du mandat", Role.SYSTEME, sur=SUBVENTION)
class ConstaterRetrait(Commande):
    """Constater qu’un mandat est retiré de son bordereau."""

    subvention: RefSubvention
    echeance: Rang
    tentative: int = Field(title="Tentative", description="rang de la liquidation de cette échéance")

    def decider(self, subvention: Subvention, _: Services) -> None:
        """Give the échéance back to liquidate."""
        subvention.constater_retrait(self.echeance, self.tentative)


@geste("constater-signature", "Constater la signature du bordereau", Role.SYSTEME, sur=SUBVENTION)
class ConstaterSignature(Commande):
    """Constater la signature du bordereau d’un mandat."""

    subvention: RefSubvention
    echeance: Rang
    tentative: int = Field(title="Tentative", description="rang de la liquidation de cette échéance")
    bordereau: UUID = Field(title="Bordereau", description="le bordereau signé")

    def decider(self, subvention: Subvention, _: Services) -> None:
        """Record the signature on the attempt it is about."""
        subvention.constater_signature(self.echeance, self.tentative, self.bordereau)


@geste("constater-paiement", "Constater le paiement", Role.FINANCE, sur=SUBVENTION)
class ConstaterPaiement(Commande):
    """Constater le paiement d’une échéance par le comptable."""

    subvention: RefSubvention
    echeance: Rang

    def decider(self, subvention: Subvention, _: Services) -> None:
        """Record a payment, exactly once."""
        subvention.constater_paiement(self.echeance)


@geste("constater-rejet", "Constater le rejet", Role.FINANCE, sur=SUBVENTION)
class ConstaterRejet(Commande):
    """Constater le rejet d’un mandat par le comptable ; l’échéance est à liquider de nouveau."""

    subvention: RefSubvention
    echeance: Rang
    motif: str = Field(
        min_length=1, title="Code du motif", description="code du motif, par exemple coordonnees_inconnues"
    )

    def decider(self, subvention: Subvention, _: Services) -> None:
        """Record a rejection by its code."""
        subvention.constater_rejet(self.echeance, self.motif)

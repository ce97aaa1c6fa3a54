"""Credits engaged for a voted rapport, or waiting; carried to the subventions, released."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from aggregates.enveloppe.credits import CreditsEngages
from aggregates.enveloppe.etat import Engagement, EngagementNonPorte, EtatEnveloppe, FaitEnveloppe, LigneEngagee
from kernel.attentes import Attente, Cle, Role
from kernel.faits import Entete, Jalon, Noms
from kernel.identifiants import SYSTEME, ReferenceInconnue
from kernel.instants import debut_de
from kernel.montants import en_euros
from kernel.refus import GesteImpossible, Refus, SaisieInvalide
from kernel.textes import compte


class EngagementMisEnAttente(FaitEnveloppe, topic="enveloppe.engagement_mis_en_attente.v1"):
    """A rapport was voted « sous réserve du vote du budget », or beyond the credits: its engagement waits for them."""

    deliberation: UUID
    lignes: tuple[LigneEngagee, ...]

    def appliquer(self, agregat: EtatEnveloppe, entete: Entete) -> None:
        agregat.demandees[self.deliberation] = self.lignes
        demande = Engagement(self.deliberation, self.lignes, Jalon.de(entete))
        agregat.en_attente[self.deliberation] = demande

    def phrase(self, noms: Noms) -> str:
        total = sum(ligne.montant_centimes for ligne in self.lignes)
        return f"Engagement de {en_euros(total)} en attente de crédits, pour {compte(len(self.lignes), 'dossier')}."


class EngagementPorte(FaitEnveloppe, topic="enveloppe.engagement_porte.v1"):
    """Subventions were told of their engagement; those that refused are named. It opens the next pass."""

    deliberation: UUID
    portees: tuple[UUID, ...]
    refusees: tuple[EngagementNonPorte, ...]

    def appliquer(self, agregat: EtatEnveloppe, entete: Entete) -> None:
        demande = agregat.engagements.get(self.deliberation)
        vus = {*self.portees, *(refusee.dossier for refusee in self.refusees)}
        if demande is not None:
            agregat.engagements[self.deliberation] = replace(
                demande,
                jalon=Jalon.de(entete),
                a_porter=tuple(dossier for dossier in demande.a_porter if dossier not in vus),
                refusees=(*demande.refusees, *self.refusees),
                relance=False,
            )

    def phrase(self, noms: Noms) -> str:
        suite = "" if not self.refusees else f" ; {compte(len(self.refusees), 'ligne', 'refusée')}"
        return f"Engagement constaté sur {compte(len(self.portees), 'subvention')}{suite}."


class EngagementRelance(FaitEnveloppe, topic="enveloppe.engagement_relance.v1"):
    """The lines that were refused are to be told to their subvention once more."""

    deliberation: UUID

    def appliquer(self, agregat: EtatEnveloppe, entete: Entete) -> None:
        demande = agregat.engagements.get(self.deliberation)
        if demande is not None:
            agregat.engagements[self.deliberation] = replace(
                demande,
                jalon=Jalon.de(entete),
                a_porter=(*demande.a_porter, *(refusee.dossier for refusee in demande.refusees)),
                refusees=(),
                relance=True,
            )

    def phrase(self, noms: Noms) -> str:
        return "Lignes refusées : engagement à porter de nouveau."


class EngagementDegage(FaitEnveloppe, topic="enveloppe.engagement_degage.v1"):
    """The line of one dossier left its engagement; its credits (none if it was waiting) are free again."""

    deliberation: UUID
    dossier: UUID
    montant_centimes: int
    motif: UUID

    def appliquer(self, agregat: EtatEnveloppe, entete: Entete) -> None:
        for demandes in (agregat.engagements, agregat.en_attente):
            if self.deliberation in demandes:
                reste = demandes[self.deliberation].sans(self.dossier)
                demandes[self.deliberation] = reste
                if not reste.lignes:
                    del demandes[self.deliberation]
        agregat.degages[self.dossier] = self.motif
        agregat.mouvement(entete)

    def phrase(self, noms: Noms) -> str:
        dossier, motif = noms.dossier(self.dossier), noms.texte(self.motif)
        return f"Engagement dégagé pour le dossier {dossier} : {en_euros(self.montant_centimes)} ({motif})."


class SubventionVivante(Refus, code="subvention_vivante"):
    """The credits of a subvention that may still be paid are not released."""


class Engagements(EtatEnveloppe):
    """Engage, carry, release."""

    def engager(self, deliberation: UUID, lignes: Sequence[LigneEngagee]) -> None:
        """Engage a voted rapport, or make it wait for credits; refuse with DejaFait or SaisieInvalide.

        A vote exists whatever the credits: lacking credits never refuse it, they delay it. Nobody passes before an
        engagement that waits and for which the credits are enough. Repeating it is silent; other lines replace those that
        no subvention took.
        """
        self.exiger_ouverte("engager")
        voulues = tuple(sorted(lignes, key=lambda ligne: str(ligne.dossier)))
        if deliberation in self.demandees:
            if self.demandees[deliberation] == voulues:
                attendu = self.effet_de(EngagementMisEnAttente, deliberation=deliberation) is not None
                return self.redire(EngagementMisEnAttente if attendu else CreditsEngages, deliberation=deliberation)
            if self._retenues(deliberation) - set(voulues):
                raise CreditsEngages.deja("Ce rapport est déjà engagé, ou attend de l’être, avec d’autres lignes.")
        self._exiger_lignes(deliberation, voulues)
        demande = Engagement(deliberation, voulues, Jalon(self.version + 1, debut_de(self.contexte.effectif_le)))
        if self.prochaine() is None and self.tient(demande):
            self.survient(CreditsEngages(deliberation=deliberation, lignes=voulues))
        else:
            self.survient(EngagementMisEnAttente(deliberation=deliberation, lignes=voulues))

    def engager_en_attente(self) -> None:
        """Engage, in the order they were asked, the waiting rapports that the credits cover; silent when none is."""
        while (demande := self.prochaine()) is not None:
            self.survient(CreditsEngages(deliberation=demande.deliberation, lignes=demande.lignes))

    def porter_engagement(
        self, deliberation: UUID, portees: Sequence[UUID], refusees: Sequence[EngagementNonPorte]
    ) -> None:
        """Record which subventions were told, or refuse with GesteImpossible; silent when none of them was awaited."""
        demande = self._engagement(deliberation, "porter-engagement")
        nouvelles = tuple(dossier for dossier in portees if dossier in demande.a_porter)
        rejetees = tuple(refusee for refusee in refusees if refusee.dossier in demande.a_porter)
        if nouvelles or rejetees:
            self.survient(EngagementPorte(deliberation=deliberation, portees=nouvelles, refusees=rejetees))

    def relancer(self, deliberation: UUID) -> None:
        """Carry the refused lines once more, or refuse with GesteImpossible when there is none; silent while it is being done."""
        demande = self._engagement(deliberation, "relancer")
        if not demande.refusees:
            if demande.relance:
                return self.redire(EngagementRelance, deliberation=deliberation)
            raise self.impossible("relancer", "aucune ligne de cet engagement n’a été refusée")
        self.exiger_apres("l’engagement", self.effet_de(CreditsEngages, deliberation=demande.deliberation))
        self.survient(EngagementRelance(deliberation=deliberation))

    def degager(self, dossier: UUID, motif: UUID, *, subvention_vivante: bool) -> None:
        """Release the line of a dossier whose subvention will not be paid.

        Repeating it is silent. Refuse with SubventionVivante, ReferenceInconnue when the dossier was never engaged, or
        DejaFait when a person released it for another motive; to the engine, only that it is released matters.
        """
        self.exiger_ouverte("degager")
        connu = self.ligne_de(dossier)
        if connu is None:
            if self.degages.get(dossier) == motif or (dossier in self.degages and self.contexte.acteur == SYSTEME):
                return self.redire(EngagementDegage, dossier=dossier)
            if dossier in self.degages:
                raise EngagementDegage.deja("L’engagement de ce dossier est déjà dégagé, pour un autre motif.")
            raise ReferenceInconnue(
                f"Aucun engagement pour ce dossier dans l’enveloppe {self.ref}.", reference=str(dossier)
            )
        if subvention_vivante:
            raise SubventionVivante(
                "La subvention de ce dossier peut encore être payée : constatez d’abord la renonciation."
            )
        demande, ligne = connu
        self.exiger_apres("l’engagement", self.effet_de(CreditsEngages, deliberation=demande.deliberation))
        engagee = demande.deliberation in self.engagements
        self.survient(
            EngagementDegage(
                deliberation=demande.deliberation,
                dossier=dossier,
                montant_centimes=ligne.montant_centimes if engagee else 0,
                motif=motif,
            )
        )

    def _retenues(self, deliberation: UUID) -> set[LigneEngagee]:
        """Return the lines of a rapport that a subvention took, or is being told of."""
        demande = self.engagements.get(deliberation)
        if demande is None:
            return set() if deliberation in self.en_attente else set(self.demandees[deliberation])
        refusees = {refusee.dossier for refusee in demande.refusees}
        return {ligne for ligne in demande.lignes if ligne.dossier not in refusees}

    def _exiger_lignes(self, deliberation: UUID, lignes: Sequence[LigneEngagee]) -> None:
        dossiers = {ligne.dossier for ligne in lignes}
        if not lignes or len(dossiers) != len(lignes) or min(ligne.montant_centimes for ligne in lignes) <= 0:
            raise SaisieInvalide("Un engagement porte des lignes de dossiers différents, de montants positifs.")
        ailleurs = (connu for dossier in dossiers if (connu := self.ligne_de(dossier)))
        if any(demande.deliberation != deliberation for demande, _ in ailleurs):
            raise CreditsEngages.deja("Un de ces dossiers est déjà engagé par un autre rapport.")

    def _engagement(self, deliberation: UUID, geste: str) -> Engagement:
        demande = self.engagements.get(deliberation)
        if demande is None:
            raise self.impossible(geste, "ce rapport n’est pas engagé dans cette enveloppe")
        return demande


SOUS_RESERVE = "engagement sous réserve du vote du budget (CGCT, art. L1612-1)"


def _credits(enveloppe: EtatEnveloppe) -> Iterator[Attente]:
    prochaine = enveloppe.prochaine()
    if prochaine is not None:
        version, depuis = prochaine.jalon
        jalon = Jalon(version, max(enveloppe.credits_depuis or depuis, depuis))
        objet = str(prochaine.deliberation)
        yield Attente.du_moteur("engagement_en_attente", jalon, "engager_en_attente", SOUS_RESERVE, objet=objet)
    for demande in enveloppe.en_attente.values():
        if not enveloppe.tient(demande):  # a vote of the budget gives it credits, or what is kept for another rapport
            autres = enveloppe.reservations.keys() - {demande.deliberation}
            yield Attente(
                Cle("credits", str(demande.deliberation), demande.jalon.version),
                de=Role.FINANCE,
                depuis=demande.jalon.depuis,
                gestes=enveloppe.a_faire("voter-budget", "liberer") if autres else enveloppe.a_faire("voter-budget"),
                fondement=SOUS_RESERVE,
                habituelle=timedelta(days=90),
            )


def _portage(enveloppe: EtatEnveloppe, engagement: Engagement) -> Iterator[Attente]:
    if engagement.a_porter:
        fondement, objet = "chaque subvention connaît son engagement", str(engagement.deliberation)
        yield Attente.du_moteur("porter_engagement", engagement.jalon, "porter_engagement", fondement, objet=objet)
    for refusee in engagement.refusees:
        yield Attente(
            Cle("engagement_refuse", str(refusee.dossier), engagement.jalon.version),
            de=Role.FINANCE,
            depuis=engagement.jalon.depuis,
            gestes=enveloppe.a_faire("relancer", "degager")
            if refusee.code == GesteImpossible.code
            else enveloppe.a_faire("relancer"),
            fondement=f"la subvention a refusé son engagement : {refusee.code}",
            habituelle=timedelta(days=5),
        )


def attentes(enveloppe: EtatEnveloppe) -> tuple[Attente, ...]:
    """Return what is awaited; nothing while no engagement waits nor has to be carried."""
    return (*_credits(enveloppe), *(a for e in enveloppe.engagements.values() for a in _portage(enveloppe, e)))

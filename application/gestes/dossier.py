"""The life of a request, once filed: completed, submitted to partners, proposed, put on an agenda, closed, forgotten."""

from typing import Annotated, Literal

from pydantic import Field

from aggregates.campagne import Campagne
from aggregates.deliberation import Deliberation
from aggregates.deliberation.etat import LigneInconnue
from aggregates.dossier import Dossier
from aggregates.dossier.ecrits import NatureDocument
from aggregates.dossier.etat import AVANT_VOTE, Cause, PieceExigee, id_subvention_du
from aggregates.dossier.financement import aides_publiques
from aggregates.subvention import Subvention
from application.commandes import Commande, Entier, Fichier, Montant
from application.declaration import Choix, Liste, Reference, TexteLong, geste
from application.financements import autres_aides
from application.gestes.cibles import DOSSIER, QUI_DIT, Motif, RefDossier
from application.gestes.envois import Courriel, ecrire_au_demandeur
from application.gestes.examen import examiner, exiger_attribution_examinee, exiger_examine, juger_l_envoi
from application.gestes.visa import visas_prevus
from application.loi import delai_pieces
from application.reglements import campagne_du
from application.services import Services
from dispositifs.evaluation import Evaluation, evaluer
from dispositifs.identites import NUMEROS
from dispositifs.reglement import Code, Jour
from kernel.attentes import Role
from kernel.delais import lire_duree
from kernel.identifiants import derive
from kernel.refus import SaisieInvalide


@geste("demander-pieces", "Demander des pièces", Role.INSTRUCTEUR, sur=DOSSIER, par_lot=True)
class DemanderPieces(Commande):
    """Demander au porteur des pièces que le règlement exige, dans un délai."""

    dossier: RefDossier
    pieces: Annotated[Liste, Choix("pieces")] = Field(
        title="Pièces", description="codes des pièces, séparés par des virgules"
    )
    delai: Annotated[str, Choix("delai_pieces", libre=True)] = Field(
        title="Délai", description="délai donné, par exemple « 15 jours »"
    )
    canal: Literal["courriel", "main_propre"] | None = Field(
        default=None,
        title="Remise",
        description="courriel, ou main_propre : remis à cette date ; rien : à remettre, rien n’est suspendu avant",
    )
    courriel: Courriel = None

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Ask for pièces; the silence is suspended from the reception of the demande until they come or the délai ends."""
        delai = delai_pieces(str(lire_duree(self.delai)), dossier.jour)
        demande = dossier.demander_pieces(self.pieces, delai)
        if self.canal is not None and demande:
            ecrire_au_demandeur(dossier, NatureDocument.PIECES, str(demande), self.canal, self.courriel, services)


@geste("recevoir-piece", "Recevoir une pièce", Role.INSTRUCTEUR, Role.PORTEUR, sur=DOSSIER)
class RecevoirPiece(Commande):
    """Recevoir une pièce ; le fichier est gardé par son empreinte."""

    dossier: RefDossier
    code: Annotated[Code, Choix("pieces")] = Field(title="Pièce", description="code de la pièce")
    fichier: Fichier = Field(title="Fichier", description="le fichier reçu")

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Record the pièce by the digest of its file, which is kept; its name goes to the coffre."""
        self.recevoir_piece(dossier, services)

    def recevoir_piece(self, dossier: Dossier, services: Services, remplace: tuple[int, ...] = ()) -> None:
        """Record it; `remplace` are the receptions from a téléservice whose place it takes."""
        nom = services.confier(self.fichier.nom, dossier.id, "piece")
        dossier.recevoir_piece(self.code, services.garder(self.fichier, dossier.id), nom, remplace=remplace)


@geste("confirmer-demandeur", "Vérifier le numéro du demandeur", Role.INSTRUCTEUR, sur=DOSSIER)
class ConfirmerDemandeur(Commande):
    """Dire le SIRET du demandeur, sinon son SIREN ou son RNA : le dépôt n’en dit pas, ou celui d’un tiers d’un autre nom."""

    dossier: RefDossier
    siret: str | None = Field(default=None, title="SIRET", description="14 chiffres : le même, ou celui qui est juste")
    siren: str | None = Field(default=None, title="SIREN", description="SIREN, 9 chiffres, s’il n’a pas de SIRET")
    rna: str | None = Field(default=None, title="RNA", description="numéro RNA d’une association, sans SIRET")

    def decider(self, dossier: Dossier, _: Services) -> None:
        """Confirm it, or correct it; the engine then links the applicant."""
        numeros = {nom: verifier(dit) for nom, verifier in NUMEROS.items() if (dit := getattr(self, nom))}
        if not numeros:
            raise SaisieInvalide("Donnez le SIRET du demandeur, sinon son SIREN ou son RNA.", champ="siret")
        dossier.confirmer_demandeur(**{"siret": None, **numeros})


@geste(
    "declarer-complet",
    "Déclarer complet",
    Role.INSTRUCTEUR,
    sur=DOSSIER,
    se_defait_par="dossier annuler-completude",
    par_lot=True,
)
class DeclarerComplet(Commande):
    """Déclarer le dossier complet ; la version du règlement est figée."""

    dossier: RefDossier

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Declare complete under the règlement in force for the campagne."""
        campagne = campagne_du(dossier, services)
        reference = (campagne.ouverte and campagne.ouverte.reglement_ref) or ""
        criteres = () if campagne.reglement is None else campagne.reglement.criteres
        dossier.declarer_complet(reference, pieces_exigees(campagne), [critere.code for critere in criteres])


@geste(
    "annuler-completude",
    "Annuler la déclaration de complétude",
    Role.INSTRUCTEUR,
    sur=DOSSIER,
    decide=Dossier.annuler_completude,
)
class AnnulerCompletude(Commande):
    """Annuler une déclaration de complétude faite par erreur, tant que rien ne repose sur elle."""

    dossier: RefDossier


def pieces_exigees(campagne: Campagne) -> tuple[PieceExigee, ...]:
    """Return the pièces the règlement of a campagne demands, as a dossier keeps them; none for a take-over."""
    reglement = campagne.reglement
    if reglement is None:
        return ()
    return tuple(
        PieceExigee(code=p.code, exigee_par=p.exigee_par, bloquante=p.bloquante, a_verifier=p.a_verifier)
        for p in reglement.pieces
    )


@geste("proposer", "Proposer un montant", Role.INSTRUCTEUR, sur=DOSSIER, par_lot=True)
class Proposer(Commande):
    """Proposer un montant : celui que calcule le règlement, un moindre avec son motif, un plus élevé par dérogation ; ou un rejet."""

    dossier: RefDossier
    sens: Literal["attribution", "rejet"] = Field(
        default="attribution", title="Sens de la proposition", description="attribution ou rejet"
    )
    cause: Cause | None = Field(
        default=None, title="Cause du rejet", description="irrecevabilite, sans_suite ou opportunite"
    )
    montant_centimes: Montant | None = Field(
        default=None, ge=0, title="Montant proposé", description="montant proposé, en centimes"
    )
    motif: Annotated[str | None, TexteLong(), QUI_DIT] = Field(
        default=None, min_length=1, title="Motif", description="motif d’un montant différent du calcul"
    )
    derogation: str | None = Field(
        default=None,
        min_length=1,
        max_length=300,
        title="Dérogation",
        description="acte qui permet un montant supérieur au calcul",
    )

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Compute the amount from the frozen règlement, then record the proposition with its explanation.

        The act of a dérogation has a key of its own: it is printed up to the vote, and outlives what is forgotten.
        """
        motif = services.confier(self.motif, dossier.id, "motif")
        campagne = campagne_du(dossier, services)
        visas = visas_prevus(campagne)
        if self.sens == "rejet":
            if self.cause is None or motif is None or self.montant_centimes is not None or self.derogation is not None:
                raise SaisieInvalide("Un rejet se propose avec sa cause et son motif, sans montant ni dérogation.")
            dossier.proposer_rejet(self.cause, motif, visas)
            return
        if self.cause is not None:
            raise SaisieInvalide("La cause est celle d’un rejet : « --sens rejet ».", champ="cause")
        exiger_examine(dossier, campagne, services)
        derogation = services.confier(self.derogation, derive(dossier.id, "derogation"), "derogation")
        dossier.proposer(_evaluer(dossier, campagne, services), self.montant_centimes, motif, derogation, visas)


def _evaluer(dossier: Dossier, campagne: Campagne, services: Services) -> Evaluation | None:
    """Return the amount the règlement leads to; None for a take-over, whose amounts are never computed."""
    reglement = campagne.reglement
    if reglement is None:
        return None
    return evaluer(
        reglement,
        au=dossier.complet_le or dossier.jour,
        charges=dossier.charges,
        aides_publiques=aides_publiques(dossier, autres_aides(dossier, services)),
        montant_demande_centimes=dossier.demande_centimes or 0,
    )


@geste("renvoyer", "Renvoyer à l’instruction", Role.RESPONSABLE, Role.ORDONNATEUR, sur=DOSSIER)
class Renvoyer(Commande):
    """Renvoyer la proposition à l’instruction."""

    dossier: RefDossier
    motif: Motif

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Send a proposition back to its author."""
        dossier.renvoyer(services.confier_exige(self.motif, dossier.id, "motif"))


@geste("inscrire", "Inscrire à l’ordre du jour", Role.ASSEMBLEES, sur=DOSSIER)
class Inscrire(Commande):
    """Inscrire le dossier à l’ordre du jour, sur une ligne d’un rapport."""

    dossier: RefDossier
    deliberation: Annotated[Reference, Choix("deliberation", libre=True)] = Field(
        title="Rapport", description="référence du rapport"
    )
    ligne: Entier = Field(ge=1, title="Ligne", description="numéro de la ligne")

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Put it on the agenda, or refuse with LigneInconnue when that line of the rapport is not this dossier.

        Refuse with EligibiliteAReexaminer an award in doubt since its visa.
        """
        rapport = services.trouver(Deliberation, self.deliberation)
        ligne = rapport.lignes.get(self.ligne)
        if ligne is None or ligne.rapport.dossier != dossier.id:
            raise LigneInconnue(
                f"La ligne {self.ligne} du rapport {rapport.ref} n’est pas celle de ce dossier.", ligne=self.ligne
            )
        exiger_attribution_examinee(dossier, services)
        dossier.inscrire(rapport.id, self.ligne)


@geste("ajourner", "Ajourner", Role.ASSEMBLEES, sur=DOSSIER)
class Ajourner(Commande):
    """Retirer le dossier de l’ordre du jour, sans vote."""

    dossier: RefDossier
    deliberation: Annotated[Reference, Choix("deliberation", libre=True)] = Field(
        title="Rapport", description="référence du rapport"
    )

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Take it off the agenda: no act exists."""
        dossier.ajourner(services.trouver(Deliberation, self.deliberation).id)


@geste(
    "retirer",
    "Enregistrer le retrait par le porteur",
    Role.INSTRUCTEUR,
    Role.PORTEUR,
    sur=DOSSIER,
    irreversible="La demande sera close. Le porteur devra en déposer une autre s’il change d’avis.",
)
class RetirerDossier(Commande):
    """Enregistrer le retrait de la demande par le porteur."""

    dossier: RefDossier
    motif: Motif

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Record that the applicant gave up."""
        dossier.retirer(services.confier_exige(self.motif, dossier.id, "motif"))


@geste("declarer-irrecevable", "Proposer l’irrecevabilité", Role.INSTRUCTEUR, sur=DOSSIER)
class DeclarerIrrecevable(Commande):
    """Proposer de rejeter une demande irrecevable : le visa, puis le vote de l’assemblée suivent."""

    dossier: RefDossier
    motif: Motif

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Propose the rejet of an inadmissible request."""
        motif = services.confier_exige(self.motif, dossier.id, "motif")
        dossier.proposer_rejet(Cause.IRRECEVABILITE, motif, visas_prevus(campagne_du(dossier, services)))


@geste("classer-sans-suite", "Proposer le classement sans suite", Role.INSTRUCTEUR, sur=DOSSIER)
class ClasserSansSuite(Commande):
    """Proposer de classer sans suite un dossier dont les pièces n’ont pas été produites : le visa, puis le vote suivent."""

    dossier: RefDossier
    motif: Motif

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Propose the rejet of an incomplete request whose délai has passed."""
        motif = services.confier_exige(self.motif, dossier.id, "motif")
        dossier.proposer_rejet(Cause.SANS_SUITE, motif, visas_prevus(campagne_du(dossier, services)))


@geste("clore", "Clore le dossier", Role.INSTRUCTEUR, Role.FINANCE, sur=DOSSIER)
class CloreDossier(Commande):
    """Clore un dossier rejeté, ou dont la subvention est soldée ou abandonnée."""

    dossier: RefDossier

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Close the dossier when nothing is owed any more."""
        subvention = services.store.charger(Subvention, id_subvention_du(dossier.id))
        dossier.exiger_apres("la fin de la subvention", subvention.terme_jalon)
        dossier.clore(rien_ne_reste_du=dossier.issue == "rejete" or subvention.terme is not None)


@geste("corriger-date", "Corriger une date", Role.INSTRUCTEUR, Role.RESPONSABLE, sur=DOSSIER)
class CorrigerDate(Commande):
    """Corriger la date d’un fait du dossier ; les échéances sont recalculées, l’histoire montre les deux dates."""

    dossier: RefDossier
    fait: Annotated[Entier, Choix("faits_dates")] = Field(
        ge=1, title="Fait", description="numéro du fait dont la date est fausse"
    )
    vraie_date: Jour = Field(title="Vraie date", description="AAAA-MM-JJ")
    motif: Motif

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Read that fact at its right date from now on; another date of the dépôt is judged as the first was."""
        depose_le, motif = dossier.depose_le, services.confier_exige(self.motif, dossier.id, "motif")
        dossier.corriger_date(self.fait, self.vraie_date, motif)
        if dossier.depose_le != depose_le and dossier.etat in AVANT_VOTE:
            campagne = campagne_du(dossier, services)
            juger_l_envoi(dossier, campagne)
            examiner(dossier, campagne, services)

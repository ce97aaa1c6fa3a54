"""From the dépôt to the tiers of the applicant."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final, Literal, Self
from uuid import UUID

from aggregates.dossier.etat import AVANT_PROPOSITION, Etat, EtatDossier, FaitDossier, PieceExigee
from aggregates.dossier.motifs import MotifRepondu, MotifsDuDossier, oublier_motifs
from dispositifs.evaluation import LigneBudget
from dispositifs.identites import designer
from kernel.attentes import Attente, Cle, Delai, Nature, Role
from kernel.faits import Entete, Immuable, Jalon, Noms
from kernel.identifiants import NumeroPris
from kernel.instants import Effet, jour_de
from kernel.montants import en_euros
from kernel.textes import de

Canal = Literal["papier", "courriel", "guichet", "teleservice"]
"""How a request came."""
VOIES: Final[dict[str, str]] = {
    "papier": "par la poste",
    "courriel": "par courriel",
    "guichet": "au guichet",
    "teleservice": "par le téléservice",
}


class ContenuDeDemande(Immuable):
    """What a request says. Texts and contacts are in the coffre; the objet is public. An amount is None when none was asked."""

    objet: str
    siret: str | None
    denomination: str
    contact: UUID | None
    textes: UUID | None
    qpv: tuple[str, ...]
    communes: tuple[str, ...]
    periode_debut: date | None
    periode_fin: date | None
    montant_demande_centimes: int | None
    charges: tuple[LigneBudget, ...]
    produits: tuple[LigneBudget, ...]
    siren: str | None = None
    rna: str | None = None

    def dire(self, agregat: EtatDossier) -> None:
        """Set what is asked, its numbers and its budget excepted."""
        agregat.objet, agregat.denomination, agregat.contact = self.objet, self.denomination, self.contact
        agregat.textes, agregat.qpv, agregat.communes = self.textes, self.qpv, self.communes
        debut, fin = self.periode_debut, self.periode_fin
        agregat.periode = (debut, fin) if debut and fin else None
        agregat.demande_centimes = self.montant_demande_centimes


class Depose(ContenuDeDemande, FaitDossier, topic="dossier.depose.v1"):
    """A request was received, on its effective date.

    `envoye_le` is when it was sent, if that is known: what timeliness is judged by (CRPA L112-1). `recu_ailleurs_le` is when
    the authority that transmitted it to us had received it: silence runs from there (L114-3), the accusé from our reception.
    """

    ref: str
    campagne: str
    pieces_exigees: tuple[PieceExigee, ...]
    silence: Delai
    canal: Canal | None = None
    envoye_le: date | None = None
    recu_ailleurs_le: date | None = None
    accuse: Delai | None = None
    accuse_avant: date | None = None

    def a_la_date(self, le: Effet) -> Self:
        avant = None if self.accuse is None else self.accuse.echoir(jour_de(le)).dernier_jour
        return self.model_copy(update={"accuse_avant": avant})

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        self.dire(agregat)
        agregat.ref, agregat.campagne = self.ref, self.campagne
        agregat.siret, agregat.siren, agregat.rna = self.siret, self.siren, self.rna
        agregat.charges, agregat.produits, agregat.pieces_exigees = self.charges, self.produits, self.pieces_exigees
        agregat.silence, agregat.silence_depuis = self.silence, self.recu_ailleurs_le or jour_de(entete.effectif_le)
        agregat.canal, agregat.envoye_le = self.canal, self.envoye_le
        agregat.accuse, agregat.accuse_avant = self.accuse, self.accuse_avant
        agregat.depose_le, agregat.depot = jour_de(entete.effectif_le), Jalon.de(entete)
        agregat.passer(Etat.DEPOSE, entete)

    def phrase(self, noms: Noms) -> str:
        voie = "" if self.canal is None else f" ({VOIES[self.canal]})"
        envoi = "" if self.envoye_le is None else f", envoyé le {self.envoye_le:%d/%m/%Y}"
        montant = self.montant_demande_centimes
        demande = f"« {self.objet} », {'montant inconnu' if montant is None else f'{en_euros(montant)} demandés'}"
        return f"Dossier {self.ref} déposé par {self.denomination}{voie}{envoi} : {demande}."


class Enregistre(FaitDossier, topic="dossier.enregistre.v1"):
    """The request was registered by the engine; its accusé is a document, said sent when it was (`NatureDocument`)."""

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.enregistre_le = jour_de(entete.effectif_le)
        if agregat.etat is Etat.DEPOSE:
            agregat.passer(Etat.ENREGISTRE, entete)

    def phrase(self, noms: Noms) -> str:
        return "Demande enregistrée."


class TiersRattache(FaitDossier, topic="dossier.tiers_rattache.v1"):
    """The applicant was found, or created, among the tiers."""

    tiers: UUID

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.tiers_id = self.tiers

    def phrase(self, noms: Noms) -> str:
        return f"Demandeur rattaché au tiers {noms.tiers(self.tiers)}."


class DemandeurEnDesaccord(FaitDossier, topic="dossier.demandeur_en_desaccord.v1"):
    """The number of the applicant is that of a tiers of another name, or of several: a person says whose it is."""

    tiers: UUID

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.desaccord = Jalon.de(entete)

    def phrase(self, noms: Noms) -> str:
        return f"Le numéro du demandeur est aussi celui {de(noms.tiers(self.tiers))} : à vérifier."


class DemandeurConfirme(FaitDossier, topic="dossier.demandeur_confirme.v1"):
    """A person read the applicant's number again: it is right, and the tiers is the applicant; or it is another one."""

    siret: str | None
    siren: str | None = None
    rna: str | None = None

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.identite_confirmee = (self.siret or self.siren or self.rna) == agregat.numero
        if not agregat.identite_confirmee:
            agregat.siret, agregat.siren, agregat.rna = self.siret, self.siren, self.rna
            oublier_motifs(agregat, "sans_siret", "numero_faux")
        agregat.desaccord, agregat.confirme = None, Jalon.de(entete)

    def phrase(self, noms: Noms) -> str:
        return f"Numéro du demandeur vérifié : {designer(self.siret, self.siren, self.rna)}."


class MontantPrecise(FaitDossier, topic="dossier.montant_precise.v1"):
    """The applicant said how much it asks, which its request did not; the text that says so is in the coffre."""

    montant_centimes: int
    source: UUID

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.demande_centimes = self.montant_centimes

    def phrase(self, noms: Noms) -> str:
        return (
            f"Montant demandé précisé par le porteur : {en_euros(self.montant_centimes)} ({noms.texte(self.source)})."
        )


class Depot(MotifsDuDossier):
    """File, register, attach to a tiers."""

    def deposer(self, depose: Depose, numeros_faux: Iterable[str] = ()) -> None:
        """File the request, or refuse with NumeroPris or AvantLeJalon (received before it was sent).

        Everything that can be a request is registered: what is wrong with it is a motif (CRPA L112-3). `numeros_faux` are
        the numbers of the applicant that were written and are none: `siret`, `siren`, `rna`.
        """
        if self.existe:
            raise NumeroPris(f"Le numéro {depose.ref} est déjà pris.", ref=depose.ref)
        self.exiger_apres("l’envoi de la demande", depose.envoye_le)
        self.exiger_apres("la réception par la première administration", depose.recu_ailleurs_le)
        self.survient(depose)
        for faux in numeros_faux:
            self.relever("numero_faux", faux)
        if self.numero is None and "numero_faux" not in {code for code, _ in self.motifs}:
            self.relever("sans_siret")
        self.relever_du_contenu()

    def preciser_montant(self, montant_centimes: int, source: UUID) -> None:
        """Say how much is asked, or refuse with GesteImpossible when it is known, or an amount is proposed. The same is silent."""
        if self.demande_centimes is not None:
            if self.effet_de(MontantPrecise, montant_centimes=montant_centimes, source=source) is not None:
                return self.redire(MontantPrecise)
            raise self.impossible("preciser-montant", "le montant demandé est connu")
        self.exiger("preciser-montant", *AVANT_PROPOSITION)
        self.survient(MontantPrecise(montant_centimes=montant_centimes, source=source))
        motif = self.motifs.get(("montant_absent", ""))
        if motif is not None and motif.sens != "leve":
            self.survient(MotifRepondu(code=motif.code, sens="leve", justification=source))

    def enregistrer(self) -> None:
        """Register the request, or refuse with GesteImpossible when the dossier went on without it.

        Silent when it was registered, and when nothing is instructed any more. A complétude undone makes it awaited again: what is
        silent has a receipt, which would then answer for it.
        """
        if self.enregistre_le is not None or not self.tient_encore:
            return
        if not self.a_enregistrer:
            raise self.impossible("enregistrer", "le dossier a avancé sans être enregistré")
        self.survient(Enregistre())

    def rattacher_tiers(self, tiers: UUID, doubles: Iterable[str] = ()) -> None:
        """Attach the applicant, or refuse with DejaFait when it is another tiers; silent when it is, or the dossier is over.

        What it asked already in the campagne, under the same objet (`doubles`, their numbers), is a motif.
        """
        if self.tiers_id not in {None, tiers}:
            raise TiersRattache.deja("Le demandeur est déjà rattaché à un autre tiers.")
        if self.a_rattacher:
            self.survient(TiersRattache(tiers=tiers))
            for autre in doubles:
                self.relever("en_double", autre)

    def constater_desaccord(self, tiers: UUID) -> None:
        """Note that its SIRET is that of a tiers of another name; silent when it is noted, linked, or over."""
        if self.a_rattacher and self.desaccord is None:
            self.survient(DemandeurEnDesaccord(tiers=tiers))

    def confirmer_demandeur(self, siret: str | None, siren: str | None = None, rna: str | None = None) -> None:
        """Say the applicant's number, again or at last; the engine then links it.

        Refuse with GesteImpossible when it is known and nothing disagrees.

        Repeating it is silent.
        """
        dit = DemandeurConfirme(siret=siret, siren=siren, rna=rna)
        if self.desaccord is None and not (self.a_rattacher and self.numero is None):
            if self.confirme is not None and self.numero == (siret or siren or rna):
                self.redire(DemandeurConfirme, **dict(dit))
                return
            raise self.impossible("confirmer-demandeur", "le numéro du demandeur n’est pas à vérifier")
        self.survient(dit)


def attentes(dossier: EtatDossier) -> Iterator[Attente]:
    """Yield the registration and the tiers, all due from the dépôt and owed by the engine.

    Their instant is that of the dépôt, whatever the état since: it makes the id of the command, the same for every driver.
    """
    depot = dossier.depot
    if depot is None:
        return
    if dossier.a_enregistrer:
        yield Attente.du_moteur("enregistrement", depot, "enregistrer", "CRPA, art. R112-11-2", nature=Nature.LOI)
    if not dossier.a_rattacher:
        return
    if dossier.desaccord is None and dossier.numero is not None:
        yield Attente.du_moteur("tiers", dossier.confirme or depot, "rattacher_tiers", "identité du demandeur")
    else:
        depuis = dossier.desaccord or depot
        yield Attente(
            Cle("demandeur", "", depuis.version),
            de=Role.INSTRUCTEUR,
            depuis=depuis.depuis,
            gestes=dossier.a_faire("confirmer-demandeur"),
            fondement="ce numéro est celui d’un tiers connu sous un autre nom : payé, il le serait à cet autre"
            if dossier.desaccord
            else "sans numéro, aucun tiers ne pourrait être payé",
            habituelle=timedelta(days=15),
        )

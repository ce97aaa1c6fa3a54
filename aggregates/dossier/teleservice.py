"""A request that came by a téléservice: where it came from, what its applicant changed there since, and what an agent did of it.

What is changed there is never written over what was filed: it waits for an agent, who takes it or sets it aside.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from aggregates.dossier.completude import PieceRecue
from aggregates.dossier.depot import ContenuDeDemande, Depose
from aggregates.dossier.etat import AVANT_PROPOSITION, EtatDossier, FaitDossier, FichierRetire
from aggregates.dossier.financement import oublier_le_budget
from aggregates.dossier.motifs import DU_CONTENU, MotifsDuDossier, oublier_motifs
from dispositifs.evaluation import LigneBudget
from dispositifs.identites import NUMEROS
from kernel.attentes import Attente, Cle, Role
from kernel.faits import Entete, Jalon, Noms
from kernel.instants import est_avant
from kernel.montants import en_euros
from kernel.textes import enumerer

DITS: Final = {
    "objet": "l’objet",
    "siret": "le SIRET",
    "siren": "le SIREN",
    "rna": "le RNA",
    "denomination": "la dénomination",
    "contact": "le contact",
    "textes": "les réponses et les libellés",
    "qpv": "les quartiers",
    "communes": "les communes",
    "periode_debut": "le début",
    "periode_fin": "la fin",
    "montant_demande_centimes": "le montant demandé",
    "charges": "les charges",
    "produits": "les produits",
}
"""What a request says and may be changed, and how people call it: fields of `Depose`."""
RAISONS: Final = {
    "porteur": "à la demande de son porteur",
    "expire": "délai de conservation passé",
    "administration": "par l’administration",
    "autre": "raison non dite",
}
"""Why a request was deleted at its téléservice."""


def contenu_de(depose: Depose) -> ContenuDeDemande:
    """Return what a dépôt says, as its téléservice does."""
    return ContenuDeDemande(**{champ: getattr(depose, champ) for champ in DITS})


class RecuDuTeleservice(FaitDossier, topic="dossier.recu_du_teleservice.v1", reveille=False):
    """The request was filed at a téléservice of the State ("dn": Démarche Numérique), under that number."""

    service: str
    demarche: int
    numero: int

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.teleservice = (self.service, self.numero)

    def phrase(self, noms: Noms) -> str:
        return f"Reçu de Démarche Numérique : dossier {self.numero} de la démarche {self.demarche}."


class CorrigeAuTeleservice(FaitDossier, topic="dossier.corrige_au_teleservice.v1"):
    """Its applicant changed it there after it was filed here: nothing is changed here before an agent says so."""

    champs: tuple[str, ...]
    contenu: ContenuDeDemande

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.correction = Jalon.de(entete) if self.champs else None

    def phrase(self, noms: Noms) -> str:
        if not self.champs:
            return "Remis sur Démarche Numérique comme il est ici."
        dits = enumerer([DITS.get(champ, champ) + self._lu(champ) for champ in self.champs])
        return f"Modifié sur Démarche Numérique après le dépôt : {dits}."

    def _lu(self, champ: str) -> str:
        """Return what it says now, when it is public; what is in the coffre is read once the change is taken."""
        lu = getattr(self.contenu, champ, None)
        if champ == "montant_demande_centimes":
            return f" ({'aucun' if lu is None else en_euros(lu)})"
        if champ in {"charges", "produits"}:
            lignes: tuple[LigneBudget, ...] = getattr(self.contenu, champ)
            return f" ({en_euros(sum(ligne.montant_centimes for ligne in lignes))} en tout)"
        if champ in {"qpv", "communes"}:
            return f" ({enumerer(lu) if lu else 'aucune'})"
        return f" (« {lu} »)" if isinstance(lu, str) else f" ({lu:%d/%m/%Y})" if isinstance(lu, date) else ""


class CorrectionRetenue(FaitDossier, topic="dossier.correction_retenue.v1"):
    """An agent took the changed request: it is what is asked from now on. `correction` is the version of the change."""

    correction: int
    contenu: ContenuDeDemande

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        lu, avant = self.contenu, {partie: getattr(agregat, partie) for partie in DU_CONTENU}
        lu.dire(agregat)
        if (agregat.charges, agregat.produits) != (lu.charges, lu.produits):
            agregat.charges, agregat.produits = lu.charges, lu.produits
            oublier_le_budget(agregat)
        for partie, codes in DU_CONTENU.items():
            if getattr(agregat, partie) != avant[partie]:
                oublier_motifs(agregat, *codes)
        agregat.correction = None

    def phrase(self, noms: Noms) -> str:
        return "Demande modifiée comme son porteur l’a corrigée sur Démarche Numérique."


class CorrectionEcartee(FaitDossier, topic="dossier.correction_ecartee.v1"):
    """An agent set the change aside: what was filed stands."""

    correction: int
    motif: UUID

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.correction = None

    def phrase(self, noms: Noms) -> str:
        return f"Correction du porteur écartée : {noms.texte(self.motif)}."


class SupprimeAuTeleservice(FaitDossier, topic="dossier.supprime_au_teleservice.v1"):
    """It is no longer at its téléservice, for that reason (`RAISONS`): what becomes of it here is for people to say."""

    raison: str

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.supprime_la_bas = True

    def phrase(self, noms: Noms) -> str:
        return f"Supprimé de Démarche Numérique ({RAISONS.get(self.raison, self.raison)})."


class PiecesRetireesAuTeleservice(FaitDossier, topic="dossier.pieces_retirees_au_teleservice.v1"):
    """These pièces, received from there, have no file there any more, or one of theirs (`fichiers`) is there no more.

    None: each is there again, or was replaced. What was received stays.
    """

    pieces: tuple[str, ...]
    fichiers: tuple[FichierRetire, ...] = ()

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        avant = {*agregat.retirees_la_bas, *(fichier.code for fichier in agregat.fichiers_retires_la_bas)}
        for code in avant - self.codes:
            oublier_motifs(agregat, "piece_retiree", objet=code)
        agregat.retirees_la_bas, agregat.fichiers_retires_la_bas = self.pieces, self.fichiers

    @property
    def codes(self) -> set[str]:
        """Return the pièces something of which is there no more."""
        return {*self.pieces, *(fichier.code for fichier in self.fichiers)}

    def phrase(self, noms: Noms) -> str:
        dits = [noms.piece(code) for code in self.pieces]
        dits += [f"un fichier de {noms.piece(fichier.code)} (fait {fichier.version})" for fichier in self.fichiers]
        if not dits:
            return "Les pièces retirées de Démarche Numérique y sont de nouveau, ou remplacées."
        return f"Retiré de Démarche Numérique par le porteur : {enumerer(dits)}."


_RIEN: Final[Mapping[str, Collection[UUID]]] = {}


class DuTeleservice(MotifsDuDossier):
    """Follow what happens to the request there."""

    def venir_du_teleservice(self, service: str, demarche: int, numero: int) -> None:
        """Note where the request just filed comes from."""
        self.survient(RecuDuTeleservice(service=service, demarche=demarche, numero=numero))

    def suivre_le_teleservice(self, depose: Depose) -> None:
        """Note what its applicant changed there; silent when it says what it said the last time, or what is older."""
        dit, connu, le = contenu_de(depose), self._contenu_connu, self.effet_de(CorrigeAuTeleservice)
        ancien = le is not None and est_avant(self.contexte.effectif_le, le)
        if connu is not None and dit != connu and not ancien:
            actuel = self._contenu_actuel or connu
            champs = tuple(champ for champ in DITS if getattr(actuel, champ) != getattr(dit, champ))
            self.survient(CorrigeAuTeleservice(champs=champs, contenu=dit))

    def disparaitre_du_teleservice(self, raison: str) -> None:
        """Note that it is no longer there, a motif that an agent answers; said again, whatever the reason, it is silent."""
        if not self.supprime_la_bas:
            self.survient(SupprimeAuTeleservice(raison=raison))
            if self.tient_encore:
                self.relever("supprime_au_teleservice")

    def retirees(self, lot: str, sans_fichier: Sequence[str]) -> tuple[str, ...]:
        """Return those of these pièces that are held as they came from there, in that batch."""
        de_la_bas = {i.entete.version for i in self.inscriptions if i.entete.lot == lot}
        return tuple(code for code in sans_fichier if (t := self.tenues(code)) and t[-1].version in de_la_bas)

    def recues_de_la_bas(self, lot: str, code: str) -> dict[UUID, int]:
        """Return the version of each reception of a pièce from there, in that batch, by the command that made it."""
        recues = [i for i in self.inscriptions if isinstance(i.fait, PieceRecue) and i.fait.code == code]
        return {i.entete.commande_id: i.entete.version for i in recues if i.entete.lot == lot}

    def absents(self, lot: str, la_bas: Mapping[str, Collection[UUID]]) -> tuple[FichierRetire, ...]:
        """Return the files held as they came from there, and there no more while others of their pièce are.

        `la_bas` are, by pièce, the commands that receive the files that are there. One that took the place of another is
        not told from it before it is received, nor the same bytes under another name: nothing is said of that pièce then.
        """
        absents = []
        for code, commandes in la_bas.items():
            recues = self.recues_de_la_bas(lot, code)
            if commandes and all(commande in recues for commande in commandes):
                partis = {v for commande, v in recues.items() if commande not in commandes} - self.remplacees_la_bas
                tenues = (tenue.version for tenue in self.tenues(code))
                absents += [FichierRetire(code=code, version=version) for version in tenues if version in partis]
        return tuple(absents)

    def suivre_les_pieces(
        self, lot: str, sans_fichier: Sequence[str], la_bas: Mapping[str, Collection[UUID]] = _RIEN
    ) -> None:
        """Note which pièces have no file there any more, or a file less, each required one being a motif.

        Silent when nothing changed.
        """
        dit = PiecesRetireesAuTeleservice(pieces=self.retirees(lot, sans_fichier), fichiers=self.absents(lot, la_bas))
        if (dit.pieces, dit.fichiers) != (self.retirees_la_bas, self.fichiers_retires_la_bas):
            self.survient(dit)
            exigees = (piece.code for piece in self.pieces_exigees if piece.code in dit.codes)
            for code in exigees if self.tient_encore else ():
                self.relever("piece_retiree", code)

    def retenir_correction(self) -> None:
        """Take what was changed, or refuse with GesteImpossible: nothing changed, proposed already, or another SIRET.

        Repeating it is silent.
        """
        correction, contenu = self.correction, self._contenu_connu
        if correction is None or contenu is None:
            if self.effet_de(CorrectionRetenue) is not None:
                return self.redire(CorrectionRetenue)
            raise self.impossible("retenir-correction", "aucune correction n’attend de réponse")
        self.exiger("retenir-correction", *AVANT_PROPOSITION)
        depose = next(i.fait for i in self.inscriptions if isinstance(i.fait, Depose))
        if any(
            (dit := getattr(depose, nom)) is not None and getattr(contenu, nom) not in {dit, getattr(self, nom)}
            for nom in NUMEROS
        ):
            raise self.impossible("retenir-correction", "son numéro a changé : c’est la demande d’un autre demandeur")
        self.exiger_apres("la correction", correction)
        self.survient(CorrectionRetenue(correction=correction.version, contenu=contenu))
        self.relever_du_contenu()

    def ecarter_correction(self, motif: UUID) -> None:
        """Leave what was filed as it is, or refuse with GesteImpossible when nothing was changed; repeating it is silent."""
        if self.correction is None:
            if self.effet_de(CorrectionEcartee, motif=motif) is not None:
                return self.redire(CorrectionEcartee, motif=motif)
            raise self.impossible("ecarter-correction", "aucune correction n’attend de réponse")
        self.exiger_apres("la correction", self.correction)
        self.survient(CorrectionEcartee(correction=self.correction.version, motif=motif))

    @property
    def _contenu_connu(self) -> ContenuDeDemande | None:
        """Return what the téléservice said the last time."""
        for _, fait, _, _ in reversed(self.inscriptions):
            if isinstance(fait, CorrigeAuTeleservice):
                return fait.contenu
            if isinstance(fait, Depose):
                return contenu_de(fait)
        return None

    @property
    def _contenu_actuel(self) -> ContenuDeDemande | None:
        """Return what holds here: the last change that was taken, else what was filed."""
        for _, fait, _, _ in reversed(self.inscriptions):
            if isinstance(fait, CorrectionRetenue):
                return fait.contenu
            if isinstance(fait, Depose):
                return contenu_de(fait)
        return None


def attentes(dossier: EtatDossier) -> Iterator[Attente]:
    """Yield the change that an agent has to take or to set aside."""
    if dossier.correction is None or not dossier.tient_encore:
        return
    retenir = ("retenir-correction",) if dossier.etat in AVANT_PROPOSITION else ()
    yield Attente(
        Cle("correction", "", dossier.correction.version),
        de=Role.INSTRUCTEUR,
        depuis=dossier.correction.depuis,
        gestes=dossier.a_faire(*retenir, "ecarter-correction"),
        fondement="le porteur a modifié sa demande après son dépôt",
        habituelle=timedelta(days=15),
    )

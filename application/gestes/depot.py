"""A request is filed: its document, its pièces, its number."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final

from pydantic import Field

from aggregates.campagne import Campagne
from aggregates.dossier import Dossier
from aggregates.dossier.depot import Canal, Depose
from aggregates.dossier.motifs import dire
from application import loi
from application.commandes import Appel, Commande, Fichier, FichierRecu, Montant, Recu, Saisie
from application.declaration import Choix, Document, Geste, geste
from application.gestes.cibles import DOSSIER, RefDossier
from application.gestes.dossier import pieces_exigees
from application.gestes.examen import examiner, juger_l_envoi
from application.numeros import id_de
from application.saisie import lire, lire_json, texte_utf8
from application.services import Services
from dispositifs.evaluation import LigneBudget
from dispositifs.financeurs import reconnaitre
from dispositifs.identites import trier_numeros
from dispositifs.lecture_yaml import lire_yaml
from dispositifs.reglement import Code, Jour
from kernel.attentes import Role
from kernel.identifiants import NumeroPris, numero
from kernel.montants import MONTANT_MAX, Centimes
from kernel.refus import SaisieInvalide
from kernel.textes import exiger_textes_lisibles

_COMPTE: Final = re.compile(r"[0-9]{1,8}(?![0-9])")


_QPV: Final = re.compile(r"Q[NP][0-9]{3}[0-9A-Z]{2,3}")
"""What may be the code of a quartier: anything else is a text, which no fact holds."""
LIGNES_MAX: Final = 500
COMMUNES_MAX: Final = 5_000
PIECES_MAX: Final = 100
"""Items of a list, far more than a request has: each line that is wrong is a motif, and an agent answers each."""

Positif = Annotated[Centimes, Field(ge=0, le=MONTANT_MAX, title="Montant", description="montant, en centimes")]
Commune = Annotated[str, Field(pattern=r"^([0-9]{2}|2[AB])[0-9]{3}$")]
"""INSEE code of a commune."""


class TiersDuDepot(Saisie):
    """Who asks."""

    siret: str | None = Field(
        default=None,
        max_length=60,
        title="SIRET",
        description="SIRET du demandeur, 14 chiffres ; vide s’il n’en donne pas",
    )
    denomination: str = Field(
        min_length=1, max_length=300, title="Dénomination", description="dénomination de la personne morale"
    )
    siren: str | None = Field(
        default=None, max_length=60, title="SIREN", description="SIREN, 9 chiffres, s’il ne donne pas de SIRET"
    )
    rna: str | None = Field(
        default=None, max_length=60, title="RNA", description="numéro RNA d’une association, W et neuf chiffres"
    )

    def numeros(self) -> tuple[dict[str, str | None], dict[str, str]]:
        """Return its numbers that are right, and what was written in place of the others."""
        return trier_numeros({"siret": self.siret, "siren": self.siren, "rna": self.rna})


class Contact(Saisie):
    """Whom to write to; kept in the coffre."""

    nom: str = Field(min_length=1, max_length=300, title="Nom", description="nom de la personne à joindre")
    courriel: str | None = Field(default=None, max_length=320, title="Courriel", description="son adresse")
    telephone: str | None = Field(default=None, max_length=40, title="Téléphone", description="son numéro")


class TerritoireDuDepot(Saisie):
    """Where the project takes place."""

    qpv: Annotated[tuple[str, ...], Choix("qpv", libre=True)] = Field(
        default=(), max_length=LIGNES_MAX, title="Quartiers", description="codes des quartiers prioritaires"
    )
    communes: tuple[Commune, ...] = Field(
        default=(), max_length=COMMUNES_MAX, title="Communes", description="codes INSEE des communes"
    )

    def quartiers(self, connus: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the codes that are of the région’s quartiers, and what else was written, each once."""
        dits = tuple(dict.fromkeys(filter(None, self.qpv)))
        return tuple(qpv for qpv in dits if qpv in connus), tuple(qpv for qpv in dits if qpv not in connus)


class PeriodeDuDepot(Saisie):
    """When the project takes place."""

    debut: Jour = Field(title="Début", description="premier jour, AAAA-MM-JJ")
    fin: Jour = Field(title="Fin", description="dernier jour, AAAA-MM-JJ")


class Charge(Saisie):
    """One line of what the project costs."""

    poste: str = Field(min_length=1, max_length=80, title="Poste", description="compte, par exemple « 60 - Achats »")
    libelle: str = Field(default="", max_length=300, title="Libellé", description="ce qui est payé")
    montant_centimes: Positif


class Produit(Saisie):
    """One line of what pays for it."""

    financeur: str = Field(min_length=1, max_length=200, title="Financeur", description="qui verse cette somme")
    montant_centimes: Positif


class Budget(Saisie):
    """The budget of the project; one that does not add up is a motif."""

    charges: tuple[Charge, ...] = Field(max_length=LIGNES_MAX, title="Charges", description="ce que coûte le projet")
    produits: tuple[Produit, ...] = Field(max_length=LIGNES_MAX, title="Produits", description="qui le paie")


class PieceDeposee(Saisie):
    """A pièce given with the request."""

    code: Annotated[Code, Choix("pieces")] = Field(title="Pièce", description="code de la pièce")
    fichier: Fichier = Field(title="Fichier", description="le fichier de la pièce")


def noms_joints(depot: FichierRecu) -> list[str]:
    """Return the file names a deposit refers to, for the door to read beside it, or refuse with SaisieInvalide a path."""
    noms = [piece["fichier"] for piece in _pieces(_document(depot)) if isinstance(piece.get("fichier"), str)]
    for nom in noms:
        if nom in {"", ".", ".."} or "/" in nom or "\\" in nom:
            raise SaisieInvalide(
                f"Pièce « {nom[:60]} » : le nom d’un fichier du même dossier que le dépôt est attendu, sans chemin.",
                fichier=nom,
            )
    return noms


def _document(depot: FichierRecu) -> Any:
    """Return what the file says: JSON, or YAML by its name; refuse with SaisieInvalide or YamlIllisible."""
    if depot.nom.lower().endswith((".yaml", ".yml")):
        document = lire_yaml(texte_utf8(depot)).valeurs
        exiger_textes_lisibles(document)
        return document
    return lire_json(depot)


def _pieces(document: Any) -> list[dict[str, Any]]:
    pieces = document.get("pieces") if isinstance(document, dict) else None
    return [piece for piece in pieces if isinstance(piece, dict)] if isinstance(pieces, list) else []


def _lire(classe: "type[DeposerDossier]", depot: FichierRecu, jointes: Mapping[str, FichierRecu]) -> "DeposerDossier":
    """Return what a deposit document says, each pièce with its file, or refuse with SaisieInvalide."""
    document = _document(depot)
    for piece in _pieces(document):
        nom = piece.get("fichier")
        if isinstance(nom, str):
            if nom not in jointes:
                raise SaisieInvalide(
                    f"Le fichier « {nom} » de la pièce « {piece.get('code')} » est introuvable.", fichier=nom
                )
            piece["fichier"] = jointes[nom]
    return lire(classe, document)


@geste(
    "deposer",
    "Déposer un dossier",
    Role.INSTRUCTEUR,
    Role.PORTEUR,
    sur=DOSSIER,
    document=Document("depot", "FICHIER", _lire, noms_joints),
)
class DeposerDossier(Commande):
    """Déposer un dossier : qui demande, pour quoi, où et quand, combien, et ses pièces."""

    campagne: Annotated[str, Choix("campagnes", recharge=True)] = Field(
        min_length=1, max_length=60, title="Campagne", description="code de la campagne"
    )
    tiers: TiersDuDepot = Field(title="Demandeur", description="qui demande l’aide")
    contact: Contact | None = Field(default=None, title="Contact", description="qui joindre, gardé dans le coffre")
    objet: str = Field(min_length=1, max_length=500, title="Objet", description="ce que l’aide doit permettre")
    territoire: TerritoireDuDepot = Field(
        default=TerritoireDuDepot(), title="Territoire", description="où le projet a lieu"
    )
    periode: PeriodeDuDepot | None = Field(default=None, title="Période", description="quand le projet a lieu")
    montant_demande_centimes: Annotated[Centimes, Field(ge=-MONTANT_MAX, le=MONTANT_MAX)] | None = Field(
        default=None,
        title="Montant demandé",
        description="aide demandée, en centimes ; vide si la demande n’en dit rien",
    )
    budget: Budget = Field(title="Budget", description="budget prévisionnel")
    criteres: Annotated[dict[str, str], Choix("criteres")] = Field(
        default={}, title="Critères", description="réponses aux critères, par leur code"
    )
    pieces: Annotated[tuple[PieceDeposee, ...], Choix("pieces", cle="code")] = Field(
        default=(), max_length=PIECES_MAX, title="Pièces", description="pièces jointes à la demande"
    )
    canal: Canal | None = Field(
        default=None,
        title="Voie",
        description="comment la demande est arrivée : papier, courriel, guichet, teleservice",
    )
    envoye_le: Jour | None = Field(
        default=None,
        title="Envoyée le",
        description="date d’envoi, le cachet de la poste faisant foi ; la date de l’acte est celle de la réception",
    )
    recu_ailleurs_le: Jour | None = Field(
        default=None,
        title="Reçue d’abord ailleurs le",
        description="transmise par une autre administration : le jour où elle l’avait reçue, d’où court le silence",
    )

    def avertissements(self) -> list[str]:
        """Return what will be a motif for being written so: who types may still correct it."""
        dits = [dire("numero_faux", nom) for nom in self.tiers.numeros()[1]]
        montant = self.montant_demande_centimes
        return dits + ([] if montant is not None and montant > 0 else [dire("montant_absent", "")])

    def envoyer(self, geste: Geste, appel: Appel, services: Services) -> Recu:
        """File the request; the number is drawn from the command id: the same command gives the same number."""
        essai = 0
        while True:
            ref = numero(self.campagne, appel.commande_id, essai)

            def decider(dossier: Dossier, ref: str = ref) -> None:
                self._deposer(dossier, ref, services)

            try:
                return services.executer(geste, Dossier, id_de("dossier", ref), decider, self, appel)
            except NumeroPris:
                essai += 1

    def _deposer(self, dossier: Dossier, ref: str, services: Services) -> None:
        campagne = services.trouver(Campagne, self.campagne).selon(None, None, dossier.jour)
        dossier.deposer(self._fait(dossier, campagne, ref, services), self.tiers.numeros()[1])
        juger_l_envoi(dossier, campagne)
        relever_les_quartiers(dossier, self.territoire.quartiers(services.qpv)[1])
        examiner(dossier, campagne, services)
        for piece in self.pieces:
            self._recevoir(dossier, piece, services)

    def _recevoir(self, dossier: Dossier, piece: PieceDeposee, services: Services) -> None:
        """Receive what came with the request: one the règlement does not name, an empty or too heavy one, is a motif."""
        if piece.fichier.vide:
            return dossier.relever("piece_vide", piece.code)
        if len(piece.fichier.contenu) > services.taille_max_fichier:
            return dossier.relever("piece_trop_lourde", piece.code)
        if dossier.pieces_exigees and piece.code not in {exigee.code for exigee in dossier.pieces_exigees}:
            dossier.relever("piece_non_exigee", piece.code)
        nom = services.confier(piece.fichier.nom, dossier.id, f"piece:{piece.code}")
        dossier.recevoir_piece(piece.code, services.garder(piece.fichier, dossier.id), nom, au_depot=True)

    def _fait(self, dossier: Dossier, campagne: Campagne, ref: str, services: Services) -> Depose:
        charges, produits, periode = self.budget.charges, self.budget.produits, self.periode
        contact = self.contact.model_dump_json() if self.contact else None
        textes: dict[str, Any] = {
            "criteres": self.criteres,
            "postes": [charge.poste for charge in charges],
            "libelles": [charge.libelle for charge in charges],
            "financeurs": [produit.financeur for produit in produits],
        }
        connus, inconnus = self.territoire.quartiers(services.qpv)
        if inconnus:
            textes["quartiers_inconnus"] = inconnus
        numeros, faux = self.tiers.numeros()
        if faux:
            textes["numeros_faux"] = faux
        montant = self.montant_demande_centimes
        if montant is not None and montant <= 0:
            textes["montant_ecrit"], montant = montant, None
        papier = self.canal in {"papier", "guichet"}
        accuse = None if papier else loi.delai("accuse_reception", dossier.jour)
        return Depose(
            ref=ref,
            campagne=self.campagne,
            objet=self.objet,
            **numeros,
            denomination=self.tiers.denomination,
            contact=services.confier(contact, dossier.id, "contact"),
            textes=services.confier(json.dumps(textes, ensure_ascii=False), dossier.id, "textes"),
            qpv=connus,
            communes=self.territoire.communes,
            periode_debut=periode.debut if periode else None,
            periode_fin=periode.fin if periode else None,
            montant_demande_centimes=montant,
            charges=tuple(LigneBudget(poste=_compte(c.poste), montant_centimes=c.montant_centimes) for c in charges),
            produits=tuple(
                LigneBudget(financeur=reconnaitre(p.financeur), montant_centimes=p.montant_centimes) for p in produits
            ),
            pieces_exigees=pieces_exigees(campagne),
            silence=loi.delai("rejet_implicite", dossier.jour),
            canal=self.canal,
            envoye_le=self.envoye_le,
            recu_ailleurs_le=self.recu_ailleurs_le,
            accuse=accuse,
            accuse_avant=None if accuse is None else accuse.echoir(dossier.jour).dernier_jour,
        )


def relever_les_quartiers(dossier: Dossier, inconnus: Iterable[str]) -> None:
    """Make a motif of each quartier that is none of the région’s; what is no code is a text, which no fact holds."""
    for dit in inconnus:
        dossier.relever("qpv_inconnu", dit if _QPV.fullmatch(dit) else "")


@geste("preciser-montant", "Préciser le montant demandé", Role.INSTRUCTEUR, sur=DOSSIER)
class PreciserMontant(Commande):
    """Dire le montant que le porteur demande, quand sa demande ne le disait pas, et ce qui le dit."""

    dossier: RefDossier
    montant_centimes: Montant = Field(gt=0, title="Montant demandé", description="aide demandée, en centimes")
    source: str = Field(
        min_length=2, max_length=300, title="Source", description="ce qui le dit, par exemple un courriel du porteur"
    )

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Record it; the text that says so goes to the coffre."""
        dossier.preciser_montant(self.montant_centimes, services.confier_exige(self.source, dossier.id, "montant"))


def _compte(poste: str) -> str | None:
    """Return the account a line of budget starts with ("60 - Achats"); the words of the applicant stay in the coffre."""
    lu = _COMPTE.match(poste)
    return None if lu is None else lu[0]

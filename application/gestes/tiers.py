"""A legal person: its identity, its bank details under four eyes, and how they are forgotten."""

from typing import Annotated, Final
from uuid import UUID

from pydantic import Field

from aggregates.dossier import Dossier
from aggregates.tiers import CoordonneesDeclarees, Qualite, RepresentantDeclare, Tiers, TiersEnregistre
from application.commandes import Commande
from application.consultations.doubles import tiers_sans_siret
from application.coordonnees import en_texte, lire_iban
from application.declaration import Cible, Position, Reference, geste
from application.denominations import meme_denomination
from application.gestes.cibles import Motif
from application.gestes.conservation import exiger_oubliable
from application.services import Services
from dispositifs.identites import DERNIERS_CHIFFRES, verifier_iban, verifier_rna, verifier_siren, verifier_siret
from dispositifs.reglement import Jour
from kernel.attentes import Role
from kernel.identifiants import derive, identifiant
from kernel.refus import SaisieInvalide

TIERS: Final = Cible(Tiers)
RefTiers = Annotated[
    Reference, Position("REF"), Field(title="Tiers", description="SIRET du tiers, ou sa clé s’il est repris sans SIRET")
]
Denomination = Annotated[
    str,
    Field(min_length=1, max_length=300, title="Dénomination", description="dénomination de la personne morale"),
]
Rna = Annotated[str | None, Field(title="RNA", description="numéro RNA d’une association")]


def id_du_numero(siret: str | None, sinon: str) -> UUID:
    """Return the id of a tiers by its SIRET, else by its SIREN, its RNA or its key."""
    return identifiant("tiers", siret) if siret else identifiant("tiers", "cle", sinon)


@geste("enregistrer", "Enregistrer un tiers", Role.FINANCE, sur=TIERS)
class EnregistrerTiers(Commande):
    """Enregistrer un tiers par son SIRET, sinon son SIREN ou son RNA ; une clé ne sert qu’à ce qui est repris sans eux."""

    siret: str | None = Field(default=None, title="SIRET", description="SIRET, 14 chiffres")
    denomination: Denomination
    rna: Rna = None
    siren: str | None = Field(default=None, title="SIREN", description="SIREN, 9 chiffres, sans établissement connu")
    cle: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,79}$",
        title="Clé",
        description="clé d’un tiers repris sans SIRET : un numéro, jamais un nom",
    )

    def id_cree(self) -> UUID:
        """Return the id its SIRET gives it, else its SIREN, its RNA or its key; refuse with what is wrong of them."""
        return id_du_numero(*self._designation())

    def decider(self, tiers: Tiers, services: Services) -> None:
        """Record it under its SIRET, else under its key; refuse with DejaFait who is known without this SIRET."""
        siret, ref = self._designation()
        connus = tiers_sans_siret(services.store, siret, self.rna) if siret and tiers.identite is None else []
        if len(connus) == 1:
            raise TiersEnregistre.deja(
                f"Le tiers {connus[0].ref} est déjà connu, « {connus[0].denomination} » : « tiers corriger » dit son SIRET."
            )
        tiers.enregistrer(
            TiersEnregistre(
                ref=ref,
                siret=siret,
                siren=verifier_siren(self.siren) if self.siren else None,
                denomination=self.denomination,
                rna=verifier_rna(self.rna) if self.rna else None,
                cle=self.cle or None,
            )
        )

    def _designation(self) -> tuple[str | None, str]:
        siret = verifier_siret(self.siret) if self.siret else None
        siren = verifier_siren(self.siren) if self.siren else None
        ref = siret or siren or (verifier_rna(self.rna) if self.rna else None) or self.cle
        if not ref:
            raise SaisieInvalide(
                "Rien ne désigne le tiers : donnez son SIRET, son SIREN, son RNA ou sa clé.", champ="siret"
            )
        return siret, ref


@geste("recevoir-demande", "Rattacher une demande", Role.SYSTEME, sur=TIERS)
class RecevoirDemande(Commande):
    """Rattacher une demande à son tiers, et l’enregistrer s’il n’est pas connu."""

    siret: str | None = None
    denomination: Denomination
    dossier: UUID
    confirmee: bool = Field(description="une personne a dit que ce numéro est bien celui du demandeur")
    siren: str | None = None
    rna: str | None = None
    tiers: UUID | None = Field(default=None, description="celui qui est connu par ce SIREN ou ce RNA")

    def id_cree(self) -> UUID:
        """Return the id of whom is known by its number, else the one that its number gives it."""
        return self.tiers or id_du_numero(self.siret, self.siren or self.rna or "")

    def decider(self, tiers: Tiers, _: Services) -> None:
        """Link it, unless the tiers is known under another name; one taken over without a name has none to differ."""
        meme = tiers.denomination == tiers.ref or meme_denomination(tiers.denomination, self.denomination)
        enregistre = TiersEnregistre(
            ref=self.siret or self.siren or self.rna or "",
            siret=self.siret,
            siren=self.siren,
            denomination=self.denomination,
            rna=self.rna,
            cle=None,
        )
        tiers.recevoir_demande(enregistre, self.dossier, meme=self.confirmee or meme)


@geste("corriger", "Corriger l’identité du tiers", Role.FINANCE, sur=TIERS)
class CorrigerTiers(Commande):
    """Corriger la dénomination ou le numéro RNA d’un tiers, ou dire le SIRET de qui n’en avait pas."""

    tiers: RefTiers
    denomination: Denomination
    rna: Rna = None
    siret: str | None = Field(default=None, title="SIRET", description="SIRET, 14 chiffres, s’il n’en a pas encore")

    def decider(self, tiers: Tiers, services: Services) -> None:
        """Record a correction that names the fact it corrects; refuse with DejaFait the SIRET of another tiers."""
        rna = verifier_rna(self.rna) if self.rna else None
        siret = verifier_siret(self.siret) if self.siret else None
        autre = None if siret is None else services.store.charger(Tiers, services.id_de(Tiers.nom, siret))
        if autre is not None and autre.id != tiers.id and autre.existe:
            raise TiersEnregistre.deja(f"Ce SIRET est celui d’un autre tiers : « {autre.denomination} ».")
        tiers.corriger_identite(denomination=self.denomination, rna=rna, siret=siret)


@geste("declarer-nature", "Dire la nature juridique", Role.INSTRUCTEUR, Role.FINANCE, sur=TIERS)
class DeclarerNature(Commande):
    """Dire la catégorie juridique d’un tiers depuis un jour, et le texte qui le dit ; elle choisit le droit de ses demandes."""

    tiers: RefTiers
    categorie: str = Field(
        max_length=4, title="Catégorie juridique", description="catégorie juridique de l’INSEE, quatre chiffres"
    )
    du: Jour = Field(title="Depuis", description="premier jour de cette nature, AAAA-MM-JJ")
    source: str = Field(
        min_length=2, max_length=300, title="Source", description="ce qui le dit, par exemple un avis de situation"
    )

    def decider(self, tiers: Tiers, services: Services) -> None:
        """Record it with its source; the engine then tells each dossier, whose clocks are counted again."""
        tiers.declarer_nature(self.categorie, self.du, services.confier_exige(self.source, tiers.id, "nature"))


@geste("declarer-representant", "Dire qui représente le tiers", Role.INSTRUCTEUR, Role.FINANCE, sur=TIERS)
class DeclarerRepresentant(Commande):
    """Dire qui peut signer pour un tiers, de quel jour à quel jour et par quel acte ; le nom est gardé dans le coffre."""

    tiers: RefTiers
    personne: str = Field(min_length=2, max_length=200, title="Nom", description="nom de la personne")
    qualite: Qualite = Field(title="Qualité", description="representant_legal ou delegataire")
    du: Jour = Field(title="Depuis", description="premier jour de son pouvoir, AAAA-MM-JJ")
    au: Jour | None = Field(default=None, title="Jusqu’au", description="dernier jour, s’il est connu, AAAA-MM-JJ")
    acte: str = Field(min_length=2, max_length=300, title="Acte", description="procès-verbal, délégation…")

    def decider(self, tiers: Tiers, services: Services) -> None:
        """Record the power; the name and the act go to the coffre."""
        tiers.declarer_representant(
            RepresentantDeclare(
                nom=services.confier_exige(self.personne, tiers.id, "representant"),
                qualite=self.qualite,
                du=self.du,
                jusqu_au=self.au,
                acte=services.confier_exige(self.acte, tiers.id, "acte"),
            )
        )


@geste("declarer-coordonnees", "Déclarer des coordonnées", Role.FINANCE, sur=TIERS)
class DeclarerCoordonnees(Commande):
    """Déclarer les coordonnées bancaires d’un tiers ; elles sont gardées dans le coffre."""

    tiers: RefTiers
    iban: str = Field(title="IBAN", description="IBAN ; la clé RIB est vérifiée")
    titulaire: str = Field(min_length=1, max_length=200, title="Titulaire", description="titulaire du compte")

    def decider(self, tiers: Tiers, services: Services) -> None:
        """Keep the IBAN and the holder in the coffre; the fact holds their id, and digests that only tell equality."""
        iban = verifier_iban(self.iban)
        empreinte = services.coffre.empreinte(iban)
        connus = services.store.ayant(Tiers, CoordonneesDeclarees, citant=empreinte)
        tiers.declarer_coordonnees(
            CoordonneesDeclarees(
                coordonnees=services.confier_exige(en_texte(iban, self.titulaire), tiers.id, "coordonnees"),
                empreinte_iban=empreinte,
                empreinte_titulaire=services.coffre.empreinte(self.titulaire),
                aussi_de=tuple(autre.id for autre in connus if autre.id != tiers.id and autre.a_cet_iban(empreinte)),
            )
        )


@geste("valider-coordonnees", "Valider les coordonnées", Role.FINANCE, sur=TIERS)
class ValiderCoordonnees(Commande):
    """Valider les coordonnées bancaires déclarées par une autre personne, dont on recopie les derniers chiffres."""

    tiers: RefTiers
    derniers_chiffres: str = Field(
        pattern=rf"^[0-9A-Za-z]{{{DERNIERS_CHIFFRES}}}$",
        title="Derniers chiffres de l’IBAN",
        description="les quatre derniers chiffres de l’IBAN à valider",
    )

    def decider(self, tiers: Tiers, services: Services) -> None:
        """Validate what was read: the details declared last, if their IBAN ends so."""
        a_valider = tiers.declarees or tiers.validees
        iban = lire_iban(services.coffre, a_valider.coordonnees if a_valider else None)
        tiers.valider_coordonnees(lues=iban is not None and iban.endswith(self.derniers_chiffres.upper()))


@geste(
    "oublier",
    "Oublier les personnes du tiers",
    Role.ADMINISTRATEUR,
    sur=TIERS,
    irreversible="La clé sera détruite : plus personne ne pourra lire ces données. Montants, dates et preuves resteront vérifiables.",
)
class OublierTiers(Commande):
    """Oublier les coordonnées bancaires d’un tiers ; les faits, les montants et les preuves restent."""

    tiers: RefTiers
    motif: Motif

    def decider(self, tiers: Tiers, services: Services) -> None:
        """Decide it, for a motive under a key of its own; none of its dossiers is still kept, for its account may be asked."""
        for dossier in tiers.demandes if tiers.oubli is None else ():
            exiger_oubliable(services.store.charger(Dossier, dossier), services)
        tiers.oublier(services.confier_exige(self.motif, derive(tiers.id, "oubli"), "motif"))

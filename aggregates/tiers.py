"""A legal person known by its SIRET, or by a key when it was taken over without one. One stream each.

Who it is, and the bank details that two persons agreed on: declared by one, validated by another.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Final, Literal
from uuid import UUID

from aggregates import oubli
from aggregates.oubli import CleDetruite, Oubliable, OubliDecide
from dispositifs.droit import categories
from dispositifs.identites import designer, verifier_rna, verifier_siren, verifier_siret
from kernel.attentes import Attente, Cle, Role
from kernel.faits import Entete, Fait, Jalon, Noms
from kernel.identifiants import SYSTEME, ReferenceInconnue
from kernel.refus import Refus, SaisieInvalide
from kernel.textes import compte, de

_CATEGORIE: Final = re.compile(r"[1-9][0-9]{3}")


class FaitTiers(Fait["Tiers"]):
    """A fact of a tiers. Nothing of an IBAN, nor of the name of an account holder, is in a fact."""


class TiersEnregistre(FaitTiers, topic="tiers.enregistre.v1", reveille=False):
    """A legal person is known under this reference; recorded again, it corrects or completes what was said of its identity.

    `dossier` is the request that said the SIRET of who was known by its SIREN or its RNA alone.
    """

    ref: str
    siret: str | None
    denomination: str
    rna: str | None
    cle: str | None
    siren: str | None = None
    dossier: UUID | None = None

    def appliquer(self, agregat: "Tiers", entete: Entete) -> None:
        agregat.identite, agregat.identite_version = self, entete.version

    def phrase(self, noms: Noms) -> str:
        designation = designer(self.siret, self.siren, self.rna)
        if self.dossier is not None:
            return f"SIRET dit par le dossier {noms.dossier(self.dossier)} : {self.denomination} ({designation})."
        return f"Tiers enregistré : {self.denomination} ({designation or 'sans SIRET connu'})."


class DemandeRecue(FaitTiers, topic="tiers.demande_recue.v1", reveille=False):
    """A dossier filed here is of this tiers: what it asks twice can be seen."""

    dossier: UUID

    def appliquer(self, agregat: "Tiers", entete: Entete) -> None:
        agregat.demandes.append(self.dossier)

    def phrase(self, noms: Noms) -> str:
        return f"Demande reçue : dossier {noms.dossier(self.dossier)}."


class NatureDeclaree(FaitTiers, topic="tiers.nature_declaree.v1"):
    """It has this legal category of INSEE since a day; the text that says so is in the coffre. Said again of a day, it replaces."""

    categorie: str
    du: date
    source: UUID

    def appliquer(self, agregat: "Tiers", entete: Entete) -> None:
        agregat.natures[self.du] = agregat.natures_declarees[entete.version] = self
        if agregat.demandes:
            agregat.natures_a_porter[entete.version] = tuple(agregat.demandes)
            agregat.passe_nature = Jalon.de(entete)

    def phrase(self, noms: Noms) -> str:
        return (
            f"Nature juridique : catégorie {self.categorie} depuis le {self.du:%d/%m/%Y} ({noms.texte(self.source)})."
        )


class NaturePortee(FaitTiers, topic="tiers.nature_portee.v1"):
    """One pass: these dossiers were told the nature that this fact declared. Its version opens the next pass."""

    nature: int
    dossiers: tuple[UUID, ...]

    def appliquer(self, agregat: "Tiers", entete: Entete) -> None:
        restent = tuple(d for d in agregat.natures_a_porter.pop(self.nature, ()) if d not in set(self.dossiers))
        if restent:
            agregat.natures_a_porter[self.nature] = restent
        agregat.passe_nature = Jalon.de(entete)

    def phrase(self, noms: Noms) -> str:
        return f"Nature juridique portée à {compte(len(self.dossiers), 'dossier')}."


Qualite = Literal["representant_legal", "delegataire"]
"""By the statuts, or by a delegation of who has the power."""


class RepresentantDeclare(FaitTiers, topic="tiers.representant_declare.v1", reveille=False):
    """Who may sign for it, and for which days, by an act: the name and the act are in the coffre. Said again of a day, it replaces."""

    nom: UUID
    qualite: Qualite
    du: date
    jusqu_au: date | None
    acte: UUID

    def appliquer(self, agregat: "Tiers", entete: Entete) -> None:
        agregat.representants[self.nom, self.du] = self

    def phrase(self, noms: Noms) -> str:
        fin = "" if self.jusqu_au is None else f" jusqu’au {self.jusqu_au:%d/%m/%Y}"
        qualite = QUALITES[self.qualite]
        return f"{noms.texte(self.nom)}, {qualite} depuis le {self.du:%d/%m/%Y}{fin} ({noms.texte(self.acte)})."


QUALITES: Final[dict[str, str]] = {"representant_legal": "représentant légal", "delegataire": "délégataire"}


class CoordonneesDeclarees(FaitTiers, topic="tiers.coordonnees_declarees.v1"):
    """Bank details were declared: their id in the coffre, and what tells equality without telling the value.

    `aussi_de` are the other tiers that had the same IBAN then: who validates must see it.
    """

    coordonnees: UUID
    empreinte_iban: str
    empreinte_titulaire: str
    aussi_de: tuple[UUID, ...] = ()

    def appliquer(self, agregat: "Tiers", entete: Entete) -> None:
        agregat.declarees, agregat.declarees_par, agregat.declaration = self, entete.auteurs, Jalon.de(entete)

    def phrase(self, noms: Noms) -> str:
        autres = ", ".join(noms.tiers(autre) for autre in self.aussi_de)
        suite = f" Ce compte est aussi celui {de(autres)}." if autres else ""
        compte = noms.compte(self.coordonnees)
        return f"Coordonnées bancaires déclarées ({compte}) ; une autre personne doit les valider.{suite}"


class CoordonneesValidees(FaitTiers, topic="tiers.coordonnees_validees.v1"):
    """Another person validated the declared bank details: payments use them from now on."""

    coordonnees: UUID

    def appliquer(self, agregat: "Tiers", entete: Entete) -> None:
        agregat.validees, agregat.validees_par = agregat.declarees, entete.acteur
        agregat.coordonnees_valides = self.coordonnees
        agregat.declarees, agregat.declarees_par, agregat.declaration = None, (), None

    def phrase(self, noms: Noms) -> str:
        return f"Coordonnées bancaires validées ({noms.compte(self.coordonnees)})."


class OubliDuTiers(OubliDecide, topic="tiers.oubli_decide.v1"):
    """The bank details of a legal person, and who holds the account, are to be forgotten."""


class CleDuTiersDetruite(CleDetruite, topic="tiers.cle_detruite.v1"):
    """The bank details of a legal person, and who holds the account, are forgotten: nothing is paid on them, nor awaited."""

    def appliquer(self, agregat: Oubliable, entete: Entete) -> None:
        super().appliquer(agregat, entete)
        assert isinstance(agregat, Tiers)
        agregat.declarees = agregat.declaration = agregat.validees = agregat.coordonnees_valides = None


class CategorieInconnue(Refus, code="categorie_inconnue"):
    """Not a legal category of INSEE: four figures, the first one in its list."""


class ChiffresDifferents(Refus, code="derniers_chiffres"):
    """What is validated is not what was read: other bank details were declared since, or none were read."""


@dataclass(eq=False)
class Tiers(Oubliable):
    """A legal person. `coordonnees_valides` is the coffre id of the bank details payments use, None before any."""

    nom: ClassVar[str] = "tiers"
    decision_d_oubli: ClassVar[type[OubliDecide]] = OubliDuTiers
    destruction: ClassVar[type[CleDetruite]] = CleDuTiersDetruite
    identite: TiersEnregistre | None = None
    identite_version: int = 0
    demandes: list[UUID] = field(default_factory=list)
    natures: dict[date, NatureDeclaree] = field(default_factory=dict)
    natures_declarees: dict[int, NatureDeclaree] = field(default_factory=dict)
    natures_a_porter: dict[int, tuple[UUID, ...]] = field(default_factory=dict)
    passe_nature: Jalon | None = None
    representants: dict[tuple[UUID, date], RepresentantDeclare] = field(default_factory=dict)
    declarees: CoordonneesDeclarees | None = None
    declarees_par: tuple[str, ...] = ()
    declaration: Jalon | None = None
    validees: CoordonneesDeclarees | None = None
    validees_par: str = ""
    coordonnees_valides: UUID | None = None

    @property
    def ref(self) -> str:
        """Return the SIRET, or the key of a tiers taken over without one."""
        return self.identite.ref if self.identite else ""

    @property
    def denomination(self) -> str:
        """Return the denomination: the first one given, unless a person corrected it."""
        return self.identite.denomination if self.identite else ""

    @property
    def siret(self) -> str | None:
        """Return the SIRET, None when no source gave it."""
        return self.identite.siret if self.identite else None

    def est_connu_par(self, numero: str) -> bool:
        """Tell whether a SIREN or a RNA is its own: a SIRET begins by its SIREN."""
        identite = self.identite
        return identite is not None and numero in {identite.rna, identite.siren, (identite.siret or "")[:9]}

    def peut_avoir(self, siret: str) -> bool:
        """Tell whether nothing known of it says that this SIRET is another body's, or another établissement's."""
        identite = self.identite
        return identite is not None and identite.siret in {None, siret} and identite.siren in {None, siret[:9]}

    def enregistrer(self, enregistre: TiersEnregistre) -> None:
        """Record it; refuse with SiretInvalide, RnaInvalide, SaisieInvalide, or DejaFait (another identity).

        The same identity is silent; so is any identity the engine reads of a known tiers: the first one given stays.
        """
        _verifier(enregistre)
        if self.identite is None:
            self.survient(enregistre)
        elif self.identite != enregistre and self.contexte.acteur != SYSTEME:
            raise TiersEnregistre.deja(
                f"Le tiers {self.ref} est déjà enregistré : « {self.denomination} ».", denomination=self.denomination
            )
        else:
            self.redire(TiersEnregistre)

    def recevoir_demande(self, enregistre: TiersEnregistre, dossier: UUID, *, meme: bool) -> None:
        """Record that a dossier is its own, and who it is when it is not known; repeating it is silent.

        Silent too when it is known under another name, and nobody said that it is the `meme` body, or has another SIRET: the
        dossier waits. Known without SIRET, it takes the one that its request says. Refuse with SiretInvalide, RnaInvalide or
        SaisieInvalide.
        """
        if self.identite is None:
            self.enregistrer(enregistre)
        elif not meme or (enregistre.siret is not None and not self.peut_avoir(enregistre.siret)):
            return
        elif self.siret is None and enregistre.siret is not None:
            self.survient(self.identite.model_copy(update={"siret": enregistre.siret, "dossier": dossier}))
        if dossier not in self.demandes:
            self.survient(DemandeRecue(dossier=dossier))

    def corriger_identite(self, *, denomination: str, rna: str | None, siret: str | None = None) -> None:
        """Correct what was recorded, or give the SIRET that was not known; the same is silent.

        Refuse with ReferenceInconnue, SiretInvalide, RnaInvalide, SaisieInvalide, or DejaFait: it has another SIRET or SIREN.
        """
        connue = self._connue()
        if siret is not None and not self.peut_avoir(siret):
            raise TiersEnregistre.deja(
                f"Le tiers {self.ref} est connu sous un autre numéro : {self.siret or connue.siren}."
            )
        corrigee = connue.model_copy(update={"denomination": denomination, "rna": rna, "siret": siret or connue.siret})
        _verifier(corrigee)
        if corrigee != self.identite:
            self.corriger(corrigee, self.identite_version)

    def declarer_nature(self, categorie: str, du: date, source: UUID) -> None:
        """Say its legal category since a day, or refuse with ReferenceInconnue or CategorieInconnue.

        The same again is silent; another category for that day replaces it.
        """
        self._connue()
        if not _CATEGORIE.fullmatch(categorie) or categorie[0] not in categories():
            raise CategorieInconnue(
                f"« {categorie} » n’est pas une catégorie juridique de l’INSEE : quatre chiffres (par exemple 9220).",
                categorie=categorie,
            )
        declaree = NatureDeclaree(categorie=categorie, du=du, source=source)
        if self.natures.get(du) == declaree:
            return self.redire(NatureDeclaree, du=du)
        self.survient(declaree)

    def declarer_representant(self, representant: RepresentantDeclare) -> None:
        """Say who may sign for it, or refuse with ReferenceInconnue or SaisieInvalide (days crossed); the same is silent."""
        self._connue()
        if representant.jusqu_au is not None and representant.jusqu_au < representant.du:
            raise SaisieInvalide("Le pouvoir finit avant de commencer.", champ="au")
        if self.representants.get((representant.nom, representant.du)) == representant:
            return self.redire(RepresentantDeclare, nom=representant.nom, du=representant.du)
        self.survient(representant)

    def representants_le(self, jour: date) -> list[RepresentantDeclare]:
        """Return who could sign for it that day, both ends of a power included."""
        return [r for r in self.representants.values() if r.du <= jour <= (r.jusqu_au or jour)]

    def porter_nature(self, nature: int, dossiers: Sequence[UUID]) -> None:
        """Record one pass, or refuse with GesteImpossible when no such nature was declared; silent when it told nobody new."""
        if nature not in self.natures_declarees:
            raise self.impossible("porter-nature", "cette nature n’est pas déclarée")
        attendus = self.natures_a_porter.get(nature, ())
        if portes := tuple(dossier for dossier in dossiers if dossier in attendus):
            self.survient(NaturePortee(nature=nature, dossiers=portes))

    def declarer_coordonnees(self, declarees: CoordonneesDeclarees) -> None:
        """Declare bank details, or refuse with ReferenceInconnue; those declared or validated last are silent.

        New ones replace those not yet validated; the validated ones stay in use until then.
        """
        self._connue()
        if _memes(self.declarees or self.validees, declarees):
            return self.redire(CoordonneesDeclarees)
        self.survient(declarees)

    def a_cet_iban(self, empreinte: str) -> bool:
        """Tell whether it is paid on that IBAN, or would be."""
        return any(c is not None and c.empreinte_iban == empreinte for c in (self.declarees, self.validees))

    def valider_coordonnees(self, *, lues: bool) -> None:
        """Validate the declared bank details; `lues`: who validates repeated the last figures of their IBAN.

        Refuse with QuatreYeux, ChiffresDifferents, GesteImpossible or DejaFait.
        """
        self._connue()
        if self.declarees is None:
            if self.validees is None:
                raise self.impossible(
                    "valider-coordonnees", "aucune coordonnée bancaire n’est déclarée", etat="sans_coordonnees"
                )
            if self.validees_par != self.contexte.acteur:
                raise CoordonneesValidees.deja("Une autre personne a déjà validé ces coordonnées.")
            return self.redire(CoordonneesValidees)
        self.quatre_yeux(
            "Vous avez déclaré ces coordonnées : une autre personne doit les valider.", *self.declarees_par
        )
        self.exiger_apres("la déclaration de ces coordonnées", self.declaration)
        if not lues:
            raise ChiffresDifferents(
                "Ce ne sont pas les derniers chiffres de l’IBAN à valider : relisez « tiers voir »."
            )
        self.survient(CoordonneesValidees(coordonnees=self.declarees.coordonnees))

    def _connue(self) -> TiersEnregistre:
        if self.identite is None:
            raise ReferenceInconnue("Ce tiers n’est pas enregistré.")
        return self.identite


def _verifier(identite: TiersEnregistre) -> None:
    if not identite.denomination.strip():
        raise SaisieInvalide("La dénomination du tiers est vide.", champ="denomination")
    if not (identite.siret or identite.siren or identite.rna or identite.cle):
        raise SaisieInvalide(
            "Rien ne désigne le tiers : donnez son SIRET, son SIREN, son RNA ou sa clé.", champ="siret"
        )
    if identite.siret is not None:
        verifier_siret(identite.siret)
    if identite.siren is not None:
        verifier_siren(identite.siren)
    if identite.rna is not None:
        verifier_rna(identite.rna)


def _memes(connues: CoordonneesDeclarees | None, autres: CoordonneesDeclarees) -> bool:
    return connues is not None and (connues.empreinte_iban, connues.empreinte_titulaire) == (
        autres.empreinte_iban,
        autres.empreinte_titulaire,
    )


def attentes(tiers: Tiers) -> Iterator[Attente]:
    """Yield the validation awaited of a second person, and what is to be forgotten; a tiers may rest."""
    if tiers.declaration is not None:
        yield Attente(
            Cle("coordonnees", "", tiers.declaration.version),
            de=Role.FINANCE,
            depuis=tiers.declaration.depuis,
            gestes=tiers.a_faire("valider-coordonnees", "declarer-coordonnees"),
            fondement="quatre yeux : qui déclare des coordonnées bancaires ne les valide pas"
            + (" ; un autre tiers a le même compte" if tiers.declarees and tiers.declarees.aussi_de else ""),
        )
    if tiers.natures_a_porter and tiers.passe_nature is not None:
        yield Attente.du_moteur(
            "nature",
            tiers.passe_nature,
            "porter_nature",
            "la nature du demandeur choisit le droit (CRPA, art. L100-3)",
            objet=str(min(tiers.natures_a_porter)),
        )
    yield from oubli.attentes(tiers)

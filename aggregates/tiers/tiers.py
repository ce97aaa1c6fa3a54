"""A tiers: who it is, and the bank details that two persons agreed on."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from aggregates.tiers.faits import CoordonneesDeclarees, CoordonneesValidees, TiersEnregistre
from dispositifs.identites import verifier_rna, verifier_siret
from kernel.agregat import Agregat
from kernel.attentes import Attente, Cle, Role
from kernel.identifiants import SYSTEME, ReferenceInconnue
from kernel.instants import Instant
from kernel.refus import DejaFait, GesteImpossible, Refus, SaisieInvalide


class DeclarantDesCoordonnees(Refus):
    """Four eyes: who declared bank details cannot validate them."""

    code = "quatre_yeux"


@dataclass(eq=False)
class Tiers(Agregat):
    """A legal person. `coordonnees_valides` is the coffre id of the bank details payments use, None before any."""

    nom: ClassVar[str] = "tiers"
    identite: TiersEnregistre | None = None
    identite_version: int = 0
    declarees: CoordonneesDeclarees | None = None
    declarees_version: int = 0
    declarees_par: str = ""
    declarees_depuis: Instant | None = None
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

    def enregistrer(self, enregistre: TiersEnregistre) -> None:
        """Record it; refuse with SiretInvalide, RnaInvalide, SaisieInvalide, or DejaFait (another identity).

        The same identity is silent; so is any identity the engine reads of a known tiers: the first one given stays.
        """
        _verifier(enregistre)
        if self.identite is None:
            self.survient(enregistre)
        elif self.identite != enregistre and self.contexte.acteur != SYSTEME:
            raise DejaFait(
                f"Le tiers {self.ref} est déjà enregistré : « {self.denomination} ».",
                fait=TiersEnregistre.topic,
                denomination=self.denomination,
            )

    def corriger_identite(self, *, denomination: str, rna: str | None) -> None:
        """Correct what was recorded; the same is silent. Refuse with ReferenceInconnue, RnaInvalide, SaisieInvalide."""
        corrigee = self._connue().model_copy(update={"denomination": denomination, "rna": rna})
        _verifier(corrigee)
        if corrigee != self.identite:
            # it was true since the recording it corrects: a later date would leave the time between without identity
            depuis = self.inscriptions[self.identite_version - 1].entete.effectif_le
            self.survient(corrigee, effectif_le=depuis, corrige=self.identite_version)

    def declarer_coordonnees(self, declarees: CoordonneesDeclarees) -> None:
        """Declare bank details, or refuse with ReferenceInconnue; those declared or validated last are silent.

        New ones replace those not yet validated; the validated ones stay in use until then.
        """
        self._connue()
        if not _memes(self.declarees or self.validees, declarees):
            self.survient(declarees)

    def valider_coordonnees(self) -> None:
        """Validate the declared bank details, or refuse with DeclarantDesCoordonnees, GesteImpossible or DejaFait."""
        self._connue()
        if self.declarees is None:
            if self.validees is None:
                raise GesteImpossible(
                    "« valider-coordonnees » est impossible : aucune coordonnée bancaire n’est déclarée.",
                    geste="valider-coordonnees",
                    etat="sans_coordonnees",
                )
            if self.validees_par != self.contexte.acteur:
                raise DejaFait("Une autre personne a déjà validé ces coordonnées.", fait=CoordonneesValidees.topic)
            return
        if self.declarees_par == self.contexte.acteur:
            raise DeclarantDesCoordonnees("Vous avez déclaré ces coordonnées : une autre personne doit les valider.")
        self.survient(CoordonneesValidees(coordonnees=self.declarees.coordonnees))

    def _connue(self) -> TiersEnregistre:
        if self.identite is None:
            raise ReferenceInconnue("Ce tiers n’est pas enregistré.")
        return self.identite


def _verifier(identite: TiersEnregistre) -> None:
    if not identite.denomination.strip():
        raise SaisieInvalide("La dénomination du tiers est vide.", champ="denomination")
    if identite.siret is None and identite.cle is None:
        raise SaisieInvalide("Rien ne désigne le tiers : donnez son SIRET, ou sa clé.", champ="siret")
    if identite.siret is not None:
        verifier_siret(identite.siret)
    if identite.rna is not None:
        verifier_rna(identite.rna)


def _memes(connues: CoordonneesDeclarees | None, autres: CoordonneesDeclarees) -> bool:
    return connues is not None and (connues.empreinte_iban, connues.empreinte_titulaire) == (
        autres.empreinte_iban,
        autres.empreinte_titulaire,
    )


def attentes(tiers: Tiers) -> tuple[Attente, ...]:
    """Return the validation awaited of a second person; a tiers may rest."""
    if tiers.declarees is None or tiers.declarees_depuis is None:
        return ()
    return (
        Attente(
            Cle("coordonnees", "", tiers.declarees_version),
            de=Role.FINANCE,
            depuis=tiers.declarees_depuis,
            gestes=("valider-coordonnees", "declarer-coordonnees"),
            fondement="quatre yeux : qui déclare des coordonnées bancaires ne les valide pas",
        ),
    )

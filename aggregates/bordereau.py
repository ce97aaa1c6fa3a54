"""The paper an ordonnateur signs: the mandats of one day, then sent to the comptable.

It awaits a signature, then that each subvention be told of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import ClassVar, NamedTuple
from uuid import UUID

from kernel.agregat import Agregat
from kernel.attentes import Attente, Cle, Role
from kernel.faits import Entete, Fait, Immuable, Jalon, Noms
from kernel.instants import Effet, Instant, debut_de
from kernel.montants import en_euros
from kernel.refus import Refus
from kernel.textes import compte


class CleDeLigne(NamedTuple):
    """What is ordered at most once: one attempt to pay one échéance of one subvention."""

    subvention: UUID
    echeance: int
    tentative: int


class _AvecCle(Immuable):
    subvention: UUID
    echeance: int
    tentative: int

    @property
    def cle(self) -> CleDeLigne:
        """Return what makes it the same line."""
        return CleDeLigne(self.subvention, self.echeance, self.tentative)


class Ligne(_AvecCle):
    """One mandat: what is ordered, who reckoned what is owed, in whose place. Amount in euro cents."""

    montant_centimes: int
    liquidee_par: str
    liquidee_pour: str | None = None


class SignatureNonPortee(_AvecCle):
    """A line whose subvention refused the signature, and the code of the refusal."""

    code: str


@dataclass(eq=False)
class EtatBordereau(Agregat):
    """The mandats of one day, numbered in the day; a signed one takes no more lines."""

    nom: ClassVar[str] = "bordereau"
    ref: str = ""
    jour: date | None = None
    exercice: int = 0
    lignes: dict[CleDeLigne, Ligne] = field(default_factory=dict)
    retirees: dict[CleDeLigne, Jalon | None] = field(default_factory=dict)
    ouvert_depuis: Instant | None = None
    dernier_mandat: Instant | None = None
    signe_par: str | None = None
    signature: Jalon | None = None
    a_porter: tuple[CleDeLigne, ...] = ()
    refusees: tuple[SignatureNonPortee, ...] = ()
    relance: bool = False
    portage: Jalon | None = None
    flux: str | None = None

    @property
    def origine(self) -> tuple[str, Effet] | None:
        """Return the day of its mandats: they are put on it in any order."""
        return None if self.jour is None else ("le jour des mandats", self.jour)

    @property
    def ferme(self) -> bool:
        """Tell whether it takes no more mandats: it is signed, or every one was taken off."""
        return self.signe_par is not None or (bool(self.retirees) and not self.lignes)

    @property
    def total_centimes(self) -> int:
        """Return the sum of its lines."""
        return sum(ligne.montant_centimes for ligne in self.lignes.values())


class FaitBordereau(Fait["EtatBordereau"]):
    """A fact of a bordereau."""


def reference_bordereau(jour: date, rang: int) -> str:
    """Return "BORD-2026-07-14-1"."""
    return f"BORD-{jour.isoformat()}-{rang}"


class BordereauOuvert(FaitBordereau, topic="bordereau.ouvert.v1"):
    """A bordereau exists for the mandats of one day."""

    ref: str
    jour: date
    exercice: int

    def appliquer(self, agregat: EtatBordereau, entete: Entete) -> None:
        agregat.ref, agregat.jour, agregat.exercice = self.ref, self.jour, self.exercice
        agregat.ouvert_depuis = debut_de(entete.effectif_le)

    def phrase(self, noms: Noms) -> str:
        return f"Bordereau {self.ref} ouvert pour les mandats du {self.jour:%d/%m/%Y}."


class LigneAjoutee(FaitBordereau, topic="bordereau.ligne_ajoutee.v1", reveille=False):
    """A mandat is on the bordereau."""

    ligne: Ligne

    def appliquer(self, agregat: EtatBordereau, entete: Entete) -> None:
        agregat.lignes[self.ligne.cle] = self.ligne
        depuis = debut_de(entete.effectif_le)
        agregat.dernier_mandat = max(agregat.dernier_mandat or depuis, depuis)

    def phrase(self, noms: Noms) -> str:
        return f"Mandat de {en_euros(self.ligne.montant_centimes)} ajouté (échéance {self.ligne.echeance})."


class LigneRetiree(FaitBordereau, topic="bordereau.ligne_retiree.v1"):
    """A mandat is off the bordereau, before its signature: its subvention is to be told."""

    cle: CleDeLigne
    montant_centimes: int

    def appliquer(self, agregat: EtatBordereau, entete: Entete) -> None:
        agregat.lignes.pop(self.cle, None)
        agregat.retirees[self.cle] = Jalon.de(entete)

    def phrase(self, noms: Noms) -> str:
        return f"Mandat de {en_euros(self.montant_centimes)} retiré (échéance {self.cle.echeance})."


class RetraitPorte(FaitBordereau, topic="bordereau.retrait_porte.v1"):
    """A subvention was told that its mandat is off the bordereau."""

    cle: CleDeLigne

    def appliquer(self, agregat: EtatBordereau, entete: Entete) -> None:
        agregat.retirees[self.cle] = None

    def phrase(self, noms: Noms) -> str:
        return f"Retrait du mandat constaté (échéance {self.cle.echeance})."


class BordereauSigne(FaitBordereau, topic="bordereau.signe.v1"):
    """The ordonnateur signed: it attests service fait and the exécutoire character of the pièces (CGCT D1617-23)."""

    total_centimes: int
    nombre: int

    def appliquer(self, agregat: EtatBordereau, entete: Entete) -> None:
        agregat.signe_par = entete.acteur
        agregat.a_porter = tuple(agregat.lignes)
        agregat.signature = agregat.portage = Jalon.de(entete)

    def phrase(self, noms: Noms) -> str:
        return f"Bordereau signé : {compte(self.nombre, 'mandat')}, {en_euros(self.total_centimes)}."


class SignaturePortee(FaitBordereau, topic="bordereau.signature_portee.v1"):
    """Subventions were told that their mandat is signed; it opens the next pass."""

    portees: tuple[CleDeLigne, ...]
    refusees: tuple[SignatureNonPortee, ...]

    def appliquer(self, agregat: EtatBordereau, entete: Entete) -> None:
        vues = {*self.portees, *(ligne.cle for ligne in self.refusees)}
        agregat.a_porter = tuple(cle for cle in agregat.a_porter if cle not in vues)
        agregat.refusees, agregat.relance = (*agregat.refusees, *self.refusees), False
        agregat.portage = Jalon.de(entete)

    def phrase(self, noms: Noms) -> str:
        suite = "" if not self.refusees else f" ; {compte(len(self.refusees), 'ligne', 'refusée')}"
        return f"Signature constatée sur {compte(len(self.portees), 'mandat')}{suite}."


class SignatureRelancee(FaitBordereau, topic="bordereau.signature_relancee.v1"):
    """The lines that were refused are to be told to their subvention once more."""

    def appliquer(self, agregat: EtatBordereau, entete: Entete) -> None:
        agregat.a_porter = (*agregat.a_porter, *(ligne.cle for ligne in agregat.refusees))
        agregat.refusees, agregat.relance = (), True
        agregat.portage = Jalon.de(entete)

    def phrase(self, noms: Noms) -> str:
        return "Lignes refusées : signature à porter de nouveau."


class BordereauTransmis(FaitBordereau, topic="bordereau.transmis.v1", reveille=False):
    """The signed bordereau was sent to the comptable, in the flow named here."""

    flux: str

    def appliquer(self, agregat: EtatBordereau, entete: Entete) -> None:
        agregat.flux = self.flux

    def phrase(self, noms: Noms) -> str:
        return f"Bordereau transmis au comptable (flux {self.flux})."


class BordereauDejaSigne(Refus, code="bordereau_signe"):
    """A signed bordereau takes no more lines: the next one of the day does."""


class TotalDifferent(Refus, code="total_different"):
    """What the ordonnateur believes he signs is not what the bordereau orders."""


class Bordereau(EtatBordereau):
    """The mandats of one day. It ends when it is signed and every subvention knows it: payment is theirs to await."""

    def ajouter(self, jour: date, rang: int, ligne: Ligne) -> None:
        """Add a mandat, opening the bordereau with the first; the same again, or one taken off since, is silent.

        Refuse with BordereauDejaSigne, or DejaFait when the mandat is there with another amount.
        """
        connue = self.lignes.get(ligne.cle)
        if connue == ligne or ligne.cle in self.retirees:
            return
        if connue is not None:
            raise LigneAjoutee.deja("Ce mandat est déjà sur le bordereau avec un autre montant.")
        if self.ferme:
            raise BordereauDejaSigne(
                f"Le bordereau {self.ref} est signé, ou vidé : il ne prend plus de mandat.", ref=self.ref
            )
        if not self.existe:
            self.survient(BordereauOuvert(ref=reference_bordereau(jour, rang), jour=jour, exercice=jour.year))
        self.survient(LigneAjoutee(ligne=ligne))

    def retirer_mandat(self, subvention: UUID, echeance: int) -> None:
        """Take a mandat off before the signature, or refuse with GesteImpossible; repeating it is silent."""
        vise = [ligne for ligne in self.lignes.values() if ligne.cle[:2] == (subvention, echeance)]
        if self.signe_par is not None:
            raise self.impossible("retirer-mandat", f"le bordereau {self.ref} est signé")
        retire = next((cle for cle in reversed(self.retirees) if cle[:2] == (subvention, echeance)), None)
        if not vise and retire is None:
            raise self.impossible("retirer-mandat", f"ce mandat n’est pas sur le bordereau {self.ref}")
        if not vise:
            return self.redire(LigneRetiree, cle=retire)
        for ligne in vise:
            self.exiger_apres("son dernier mandat", self.dernier_mandat)
            self.survient(LigneRetiree(cle=ligne.cle, montant_centimes=ligne.montant_centimes))

    def constater_retrait(self, cle: CleDeLigne) -> None:
        """Note that the subvention knows; silent when it is noted, or was never taken off."""
        if self.retirees.get(cle) is not None:
            self.survient(RetraitPorte(cle=cle))

    def signer(self, total_centimes: int) -> None:
        """Sign every line at once, or refuse with GesteImpossible, TotalDifferent, QuatreYeux or DejaFait.

        The same signature again is silent.
        """
        if not self.lignes:
            raise self.impossible("signer", "ce bordereau n’a aucun mandat")
        if self.signe_par is not None:
            if (self.signe_par, self.total_centimes) == (self.contexte.acteur, total_centimes):
                return self.redire(BordereauSigne)
            raise BordereauSigne.deja("Le bordereau est déjà signé, par une autre personne ou pour un autre total.")
        if total_centimes != self.total_centimes:
            raise TotalDifferent(
                f"Le bordereau {self.ref} fait {en_euros(self.total_centimes)}, et non {en_euros(total_centimes)}.",
                total_centimes=self.total_centimes,
            )
        self.quatre_yeux(
            "Vous avez liquidé une ligne de ce bordereau : une autre personne doit le signer.",
            *(qui for ligne in self.lignes.values() for qui in (ligne.liquidee_par, ligne.liquidee_pour) if qui),
        )
        self.exiger_apres("son dernier mandat", self.dernier_mandat)
        self.survient(BordereauSigne(total_centimes=total_centimes, nombre=len(self.lignes)))

    def porter_signature(self, portees: Sequence[CleDeLigne], refusees: Sequence[SignatureNonPortee]) -> None:
        """Record which subventions were told, or refuse with GesteImpossible before the signature; silent if none."""
        if self.signe_par is None:
            raise self.impossible("porter-signature", "ce bordereau n’est pas signé")
        attendues = set(self.a_porter)
        nouvelles = tuple(cle for cle in portees if cle in attendues)
        rejetees = tuple(ligne for ligne in refusees if ligne.cle in attendues)
        if nouvelles or rejetees:
            self.survient(SignaturePortee(portees=nouvelles, refusees=rejetees))

    def relancer(self) -> None:
        """Carry the refused lines once more, or refuse with GesteImpossible when there is none; silent while it is being done."""
        if not self.refusees:
            if self.relance:
                return self.redire(SignatureRelancee)
            raise self.impossible("relancer", "aucune ligne de ce bordereau n’a été refusée")
        self.exiger_apres("la signature du bordereau", self.signature)
        self.survient(SignatureRelancee())

    def transmettre(self, flux: str) -> None:
        """Record that it was sent to the comptable, or refuse with GesteImpossible or DejaFait; repeating is silent."""
        if self.signe_par is None:
            raise self.impossible("transmettre", "ce bordereau n’est pas signé : il ne peut pas être transmis")
        if self.flux == flux:
            return self.redire(BordereauTransmis)
        if self.flux is not None:
            raise BordereauTransmis.deja(f"Le bordereau est déjà transmis par le flux {self.flux}.")
        self.exiger_apres("la signature du bordereau", self.signature)
        self.survient(BordereauTransmis(flux=flux))


def attentes(bordereau: EtatBordereau) -> Iterator[Attente]:
    """Yield what is awaited; nothing once it is signed and every subvention knows."""
    for cle, jalon in bordereau.retirees.items():
        if jalon is not None:
            fondement = "la subvention sait que son mandat est retiré"
            yield Attente.du_moteur("retrait", jalon, "porter_retrait", fondement, objet=":".join(map(str, cle)))
    if bordereau.ouvert_depuis is not None and not bordereau.ferme:
        yield Attente(
            Cle("signature", "", 1),
            de=Role.ORDONNATEUR,
            depuis=bordereau.ouvert_depuis,
            gestes=bordereau.a_faire("signer", "retirer-mandat"),
            fondement="signature du bordereau (CGCT, art. D1617-23)",
            habituelle=timedelta(days=5),
        )
    if bordereau.portage is None:
        return
    if bordereau.a_porter:
        fondement = "chaque subvention connaît la signature de son mandat"
        yield Attente.du_moteur("porter_signature", bordereau.portage, "porter_signature", fondement)
    for refusee in bordereau.refusees:
        yield Attente(
            Cle("signature_refusee", f"{refusee.subvention}:{refusee.echeance}", bordereau.portage.version),
            de=Role.FINANCE,
            depuis=bordereau.portage.depuis,
            gestes=bordereau.a_faire("relancer"),
            fondement=f"la subvention a refusé la signature : {refusee.code}",
            habituelle=timedelta(days=5),
        )

"""Who finances the project: coded, dated facts, in any order; the public aids are summed from them, never from words.

A line of the budget has the financeur its deposit named, when an entry of the references has that name; an agent says whose
the others are. What another funder decides since a proposition makes it out of date: it is sent back, not approved.
"""

from collections.abc import Sequence
from typing import Final, Literal
from uuid import UUID

from aggregates.dossier.elements import Financement
from aggregates.dossier.etat import AVANT_VOTE, EtatDossier, FaitDossier
from aggregates.dossier.motifs import MotifRepondu, MotifsDuDossier
from dispositifs.evaluation import LigneBudget
from dispositifs.financeurs import NOUS, financeurs
from kernel.faits import Entete, Noms
from kernel.instants import debut_de
from kernel.montants import en_euros
from kernel.refus import Refus, SaisieInvalide

Stade = Literal["demande", "reserve", "decide"]
STADES: Final[dict[str, str]] = {"demande": "demandés", "reserve": "réservés", "decide": "décidés"}
INCONNU: Final = "financeur_inconnu"
DOUBLE: Final = "double_financement"


class FinancementCode(FaitDossier, topic="dossier.financement_code.v1"):
    """Somebody finances the project: an entry of the references or a tiers, public or not, how far, how much, by which source.

    `ligne` is the produit of the budget it says, from 1; None: an aid that the budget does not have. `poste` is the account
    of the cost it is given for, when it is given for one.
    """

    ligne: int | None
    financeur: str
    tiers: UUID | None
    public: bool
    stade: Stade
    montant_centimes: int
    poste: str | None
    source: UUID

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.financements.append(Financement(entete.version, debut_de(entete.effectif_le), **dict(self)))

    def phrase(self, noms: Noms) -> str:
        qui = noms.tiers(self.tiers) if self.tiers is not None else libelle(self.financeur)
        nature = "public" if self.public else "privé"
        sur = "" if self.ligne is None else f", ligne {self.ligne} du budget"
        return f"Financeur {nature} : {qui}, {en_euros(self.montant_centimes)} {STADES[self.stade]}{sur} ({noms.texte(self.source)})."


class LigneDuBudgetInconnue(Refus, code="ligne_du_budget_inconnue"):
    """The budget of the request has no such produit."""


class FinanceurInconnu(Refus, code="financeur_inconnu"):
    """No entry of the references has that code."""


def libelle(code: str) -> str:
    """Return the name of an entry; its code when it left the references."""
    connu = financeurs().get(code)
    return code if connu is None else connu.libelle


def courants(dossier: EtatDossier) -> list[Financement]:
    """Return what holds of each line, and of each aid beside the budget: what was true last, however late it was learned."""
    derniers: dict[object, Financement] = {}
    for financement in sorted(dossier.financements, key=lambda f: (f.depuis, f.version)):
        derniers[financement.cle] = financement
    return list(derniers.values())


def aides_publiques(dossier: EtatDossier, autres: Sequence[LigneBudget] = ()) -> tuple[LigneBudget, ...]:
    """Return the public aids other than what is asked here: the produits, what was coded of them and beside, then `autres`."""
    codes = {f.ligne: f for f in courants(dossier) if f.ligne is not None}
    du_budget = [
        (codes[rang].financeur, codes[rang].public, codes[rang].montant_centimes)
        if rang in codes
        else (ligne.financeur, _est_public(ligne.financeur), ligne.montant_centimes)
        for rang, ligne in enumerate(dossier.produits, 1)
    ]
    a_cote = [(f.financeur, f.public, f.montant_centimes) for f in courants(dossier) if f.ligne is None]
    return (
        *(
            LigneBudget(financeur=qui, montant_centimes=montant)
            for qui, public, montant in (*du_budget, *a_cote)
            if public and qui != NOUS
        ),
        *autres,
    )


def _est_public(code: str | None) -> bool:
    return code is not None and code in financeurs() and financeurs()[code].est_public


def postes_doubles(dossier: EtatDossier) -> list[str]:
    """Return the costs for which two funders give, each by its account."""
    postes = [f.poste for f in courants(dossier) if f.poste is not None]
    return sorted({poste for poste in postes if postes.count(poste) > 1})


def oublier_le_budget(dossier: EtatDossier) -> None:
    """Drop what was said of a budget that another replaces: its lines, and the motifs, answered or not, that rested on it."""
    dossier.financements = [f for f in dossier.financements if f.ligne is None]
    tombes = {("budget_desequilibre", "")} | {cle for cle in dossier.motifs if cle[0] in {INCONNU, DOUBLE}}
    tombes -= {(DOUBLE, poste) for poste in postes_doubles(dossier)}
    dossier.motifs = {cle: motif for cle, motif in dossier.motifs.items() if cle not in tombes}


def change_depuis_la_proposition(dossier: EtatDossier) -> bool:
    """Tell whether who finances was said since the amount was computed."""
    proposition = dossier.proposition
    if proposition is None or proposition.cause is not None:
        return False
    return any(f.version > proposition.version for f in dossier.financements)


class Financements(MotifsDuDossier):
    """Say who finances."""

    def coder_financeur(self, code: FinancementCode) -> None:
        """Say who finances, how far and how much; it answers the motif of its line. The same again is silent.

        Refuse with LigneDuBudgetInconnue, FinanceurInconnu, SaisieInvalide (an amount below zero) or GesteImpossible after
        the vote. A second funder of one cost is a motif of its own.
        """
        if code.ligne is not None and not 1 <= code.ligne <= len(self.produits):
            raise LigneDuBudgetInconnue(f"Le budget n’a pas de ligne {code.ligne}.", ligne=code.ligne)
        if code.financeur not in financeurs():
            raise FinanceurInconnu(
                f"« {code.financeur} » n’est pas un financeur des références : {', '.join(financeurs())}.",
                financeur=code.financeur,
            )
        if code.montant_centimes < 0:
            raise SaisieInvalide("Un financement n’est pas négatif.", montant_centimes=code.montant_centimes)
        if any(f._asdict().items() >= dict(code).items() for f in courants(self)):
            return self.redire(FinancementCode, **dict(code))
        self.exiger("coder-financeur", *AVANT_VOTE)
        self.survient(code)
        motif = self.motifs.get((INCONNU, str(code.ligne)))
        if motif is not None and motif.sens != "leve":
            self.survient(MotifRepondu(code=INCONNU, objet=str(code.ligne), sens="leve", justification=code.source))
        for poste in postes_doubles(self):
            self.relever(DOUBLE, poste)

"""The law as dated data: one row per rule, in the YAML files beside this one; demande.yaml says what a row holds.

A row is chosen by the date at which the act is true: a sitting of last year entered today has last year's quorum.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, Final

from kernel.attentes import Delai, Nature, Public
from kernel.delais import lire_duree
from kernel.montants import en_euros

CHAPITRES: Final = ("demande", "assemblee", "argent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Regle:
    """A rule of the law, in force from `du` to `au` (None: not looked up, or not ended).

    `duree` is in the words of `kernel.delais`, None when somebody fixes it or there is none; `a_confirmer` is blank, or
    says what a juriste must still settle.
    """

    code: str
    libelle: str
    depart: str
    effet: str
    source: str
    public: Public
    texte: str
    duree: str | None = None
    montant_centimes: int | None = None
    suspendu_par: str = ""
    source_suspension: str = ""
    interrompu_par: str = ""
    a_confirmer: str = ""
    du: date | None = None
    au: date | None = None

    @property
    def mesure(self) -> str:
        """Return its length, or its amount, for people; blank when the law gives neither."""
        if self.montant_centimes is not None:
            return en_euros(self.montant_centimes)
        return "" if self.duree is None else lire_duree(self.duree).libelle

    @property
    def arrets(self) -> str:
        """Return what stops its clock, with its text; blank when nothing does."""
        suspension = f"{self.suspendu_par} ({self.source_suspension})" if self.source_suspension else self.suspendu_par
        return " ; ".join(arret for arret in (suspension, self.interrompu_par) if arret)

    def en_vigueur(self, jour: date) -> bool:
        """Tell whether it is the law of that day."""
        return (self.du is None or self.du <= jour) and (self.au is None or jour <= self.au)

    def delai(self, duree: str | None = None) -> Delai:
        """Return its clock, as a fact carries it; its length is given when the law leaves it to somebody."""
        duree = self.duree if duree is None else duree
        assert duree is not None, f"nobody fixed the length of {self.code}"
        return Delai(
            code=self.code,
            duree=duree,
            source=self.source,
            nature=Nature.LOI,
            source_suspension=self.source_suspension,
            public=self.public,
            a_confirmer=self.a_confirmer,
        )


@dataclass(frozen=True, slots=True)
class Categorie:
    """A legal category of INSEE, first level: the first figure of a code. `droit_public` is None when its name does not say."""

    chiffre: str
    libelle: str
    droit_public: bool | None


@cache
def categories() -> dict[str, Categorie]:
    """Return the categories by their figure."""
    return {valeurs["chiffre"]: Categorie(**valeurs) for valeurs in _lire("categories")}


def est_de_droit_public(categorie: str) -> bool | None:
    """Tell whether a code of INSEE is that of a legal person of public law, None when that is not known."""
    connue = categories().get(categorie[:1])
    return None if connue is None else connue.droit_public


def regle(code: str, au: date) -> Regle:
    """Return the row in force on that day; a code or a day without a row is our fault: KeyError."""
    trouvee = next((r for r in regles() if r.code == code and r.en_vigueur(au)), None)
    if trouvee is None:
        raise KeyError(f"no row of the law for {code} on {au}")
    return trouvee


@cache
def regles() -> tuple[Regle, ...]:
    """Return every row, in the order of the files. They are read at first use: most commands need none."""
    return tuple(_ligne(valeurs) for chapitre in CHAPITRES for valeurs in _lire(chapitre))


def _lire(chapitre: str) -> list[dict[str, Any]]:
    from dispositifs.lecture_yaml import lire_yaml  # with its library, only for who asks for the law

    texte = resources.files(__name__).joinpath(f"{chapitre}.yaml").read_text(encoding="utf-8")
    lu: list[dict[str, Any]] = lire_yaml(texte).valeurs
    return lu


def _ligne(valeurs: dict[str, Any]) -> Regle:
    lus: dict[str, Any] = {nom: date.fromisoformat(valeurs[nom]) for nom in ("du", "au") if nom in valeurs}
    return Regle(**(valeurs | lus | {"public": Public(valeurs["public"])}))

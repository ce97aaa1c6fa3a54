"""What a person typed, kept as it was: by path (`budget.charges.0.poste`), and how it becomes what a geste receives."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from application.choix import Possible
from application.commandes import FichierRecu
from application.gestes.recueil import par_leurs_titres
from kernel.montants import lire_montant
from kernel.refus import Refus, SaisieInvalide
from kernel.textes import sans_accents
from web.corps import Parties, refus_des_fichiers
from web.formulaire.champs import ChampDeGeste, GenreDeChamp

Offrir = Callable[[ChampDeGeste], Sequence[Possible]]
"""What is offered for a field."""

_ENTIER: Final = re.compile(r"[+-]?[0-9]{1,18}")
_OPTION: Final = re.compile(r"--([a-z]+(?:-[a-z]+)*)")
_NOM: Final = re.compile("« ([a-z_]+) »")
_A_REMPLIR: Final = dict.fromkeys(
    ("champ manquant", "le texte est vide", "au moins un élément est attendu"), "à remplir"
)
"""What the reader of every door says of what a form left blank."""
_DATE: Final = re.compile(r" \(--le[^)]*\)")
_PROFONDEUR: Final = 12
"""Steps of the longest path that is read: no form is as deep."""
_RANG: Final = re.compile(r"[0-9]{1,4}")
FICHIER_DE: Final = "fichier-de:"
"""Begins the name of the file that fills a field, or (alone) the whole command."""


@dataclass(frozen=True)
class FormulaireRempli:
    """The texts and files of a form by path; a box that is not ticked is absent."""

    textes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fichiers: Mapping[str, tuple[FichierRecu, ...]] = field(default_factory=dict)

    def texte(self, chemin: str) -> str:
        """Return what was typed, blanks around left out."""
        return next(iter(self.textes.get(chemin, ())), "").strip()

    def fichier(self, chemin: str) -> FichierRecu | None:
        """Return the file that was chosen."""
        return next(iter(self.fichiers.get(chemin, ())), None)

    def rangs(self, chemin: str) -> list[int]:
        """Return the rows of a list, in order; a row taken out leaves a hole."""
        return sorted(self._rangs.get(chemin, ()))

    def est_blanc(self, chemin: str) -> bool:
        """Tell whether nothing was typed in a field, nor in those it is made of."""
        return chemin not in self._remplis

    # both are asked of each row: a form of ten thousand is walked once
    @cached_property
    def _rangs(self) -> Mapping[str, set[int]]:
        rangs: dict[str, set[int]] = {}
        for cle in (*self.textes, *self.fichiers):
            pas = cle.split(".", _PROFONDEUR)
            for place, un in enumerate(pas):
                if _RANG.fullmatch(un):
                    rangs.setdefault(".".join(pas[:place]), set()).add(int(un))
        return rangs

    @cached_property
    def _remplis(self) -> frozenset[str]:
        dits = (cle for cle, valeurs in self.textes.items() if any(valeur.strip() for valeur in valeurs))
        return avec_leurs_groupes(dits) | self.fichiers.keys()

    def avec(self, chemin: str, *valeurs: str) -> "FormulaireRempli":
        """Return the same with a field filled otherwise."""
        return FormulaireRempli({**self.textes, chemin: valeurs}, self.fichiers)

    def sans(self, chemin: str) -> "FormulaireRempli":
        """Return the same without a field, or a row."""
        sous = f"{chemin}."

        def reste(cle: str) -> bool:
            return cle != chemin and not cle.startswith(sous)

        return FormulaireRempli(
            {cle: valeurs for cle, valeurs in self.textes.items() if reste(cle)},
            {cle: valeurs for cle, valeurs in self.fichiers.items() if reste(cle)},
        )


@dataclass
class Lue:
    """What a form says: the data of the geste, what cannot be read, and where each step of the data was typed."""

    donnees: dict[str, Any] = field(default_factory=dict)
    erreurs: dict[str, str] = field(default_factory=dict)
    chemins: dict[str, str] = field(default_factory=dict)

    def champ(self, nom: str) -> str:
        """Return where a person typed what a refusal names; empty when it is nowhere."""
        while nom and nom not in self.chemins:
            nom = nom.rpartition(".")[0]
        return self.chemins.get(nom, "")


def avec_leurs_groupes(chemins: Iterable[str]) -> frozenset[str]:
    """Return paths, and those of the rows and groups they are in."""
    pas = [chemin.split(".", _PROFONDEUR) for chemin in chemins]
    return frozenset(".".join(un[:fin]) for un in pas for fin in range(1, len(un) + 1))


def recue(parties: Parties) -> FormulaireRempli:
    """Return what a browser sends of a form, as it was typed."""
    textes = {chemin: tuple(texte.replace("\r\n", "\n") for texte in dits) for chemin, dits in parties.textes.items()}
    return FormulaireRempli(textes, parties.fichiers)


def lire(champs: Iterable[ChampDeGeste], saisie: FormulaireRempli, offres: Offrir) -> Lue:
    """Return what was typed as the geste takes it: only its door is here, the class of the geste judges the values."""
    lecture = _Lecture(saisie, offres, Lue())
    lecture.lue.donnees = lecture.modele(champs, "", "")
    return lecture.lue


_RIEN: Final = object()
"""Nothing was typed."""


@dataclass(frozen=True)
class _Lecture:
    saisie: FormulaireRempli
    offres: Offrir
    lue: Lue

    def modele(self, champs: Iterable[ChampDeGeste], vu: str, lu: str) -> dict[str, Any]:
        """Return the fields of a command, of a group or of a row; those where nothing was typed are absent."""
        donnees = {}
        for champ in champs:
            chemin, donnee = f"{vu}.{champ.nom}".removeprefix("."), f"{lu}.{champ.nom}".removeprefix(".")
            self.lue.chemins[donnee] = chemin
            valeur = self.valeur(champ, chemin, donnee)
            if valeur is not _RIEN:
                donnees[champ.nom] = valeur
        return donnees

    def valeur(self, champ: ChampDeGeste, chemin: str, donnee: str) -> Any:  # noqa: PLR0911 - one line per kind of field
        """Return the value of a field, `_RIEN` when nothing was typed."""
        if champ.fichier and (rempli := self.saisie.fichier(FICHIER_DE + chemin)) is not None:
            return rempli
        match champ.genre:
            case GenreDeChamp.GROUPE:
                groupe = self.modele(champ.champs, chemin, donnee)
                return groupe if champ.obligatoire or not self.blanc(champ.champs, chemin) else _RIEN
            case GenreDeChamp.RANGS:
                return self.rangs(champ, chemin, donnee)
            case GenreDeChamp.DICO:
                dits = {o.valeur: self.saisie.texte(f"{chemin}.{o.valeur}") for o in self.offres(champ)}
                return {code: texte for code, texte in dits.items() if texte} or _RIEN
            case GenreDeChamp.CASES | GenreDeChamp.LISTE | GenreDeChamp.SUITE:
                return self.textes(champ, chemin) or _RIEN
            case GenreDeChamp.FICHIER:
                return self.saisie.fichier(chemin) or _RIEN
            case GenreDeChamp.CASE:
                return bool(self.saisie.texte(chemin))
        return self.simple(champ, chemin)

    def rangs(self, champ: ChampDeGeste, chemin: str, donnee: str) -> Any:
        """Return the rows where something was typed; where each was is remembered, for the blank ones are left out."""
        rangs = [rang for rang in self.saisie.rangs(chemin) if not self.ligne_vide(champ, f"{chemin}.{rang}")]
        lignes = []
        for place, rang in enumerate(rangs):
            self.lue.chemins[f"{donnee}.{place}"] = f"{chemin}.{rang}"
            lignes.append(self.modele(champ.champs, f"{chemin}.{rang}", f"{donnee}.{place}"))
        return tuple(lignes) if lignes or champ.obligatoire else _RIEN

    def textes(self, champ: ChampDeGeste, chemin: str) -> tuple[str, ...]:
        """Return a list of texts: ticked, typed one a line, or found one by one."""
        if champ.genre is GenreDeChamp.SUITE:
            dits: Iterable[str] = (self.saisie.texte(f"{chemin}.{rang}") for rang in self.saisie.rangs(chemin))
        elif champ.genre is GenreDeChamp.LISTE:
            dits = self.saisie.texte(chemin).splitlines()
        else:
            dits = self.saisie.textes.get(chemin, ())
        return tuple(self.trouver(champ, dit.strip()) for dit in dits if dit.strip())

    def simple(self, champ: ChampDeGeste, chemin: str) -> Any:
        """Return a single value; a number that cannot be read is an error at its field."""
        texte = self.saisie.texte(chemin)
        if not texte:
            return _RIEN
        if champ.genre in {
            GenreDeChamp.EUROS,
            GenreDeChamp.POURCENT,
        }:  # a share is written as euros are: its basis points are its cents
            try:
                return lire_montant(texte.removesuffix("%").rstrip(), signe=True)
            except Refus as refus:
                self.lue.erreurs[chemin] = refus.message
                return _RIEN
        if champ.genre is GenreDeChamp.ENTIER and _ENTIER.fullmatch(texte):
            return int(texte)
        return self.trouver(champ, texte)

    def trouver(self, champ: ChampDeGeste, texte: str) -> str:
        """Return the value whose name was typed, else the text itself."""
        if champ.choix is None:
            return texte
        cherche = sans_accents(texte)
        return next((o.valeur for o in self.offres(champ) if cherche == sans_accents(o.libelle)), texte)

    def ligne_vide(self, champ: ChampDeGeste, chemin: str) -> bool:
        """Tell whether a row says nothing: a row for each choice is named, one added may have words chosen beforehand."""
        cle = None if champ.choix is None else champ.choix.cle
        nommee = cle is not None and self.saisie.texte(f"{chemin}.{cle}")
        compte = (c for c in champ.champs if c.nom != cle and (nommee or cle is None or not c.valeurs))
        return self.blanc(compte, chemin)

    def blanc(self, champs: Iterable[ChampDeGeste], chemin: str) -> bool:
        """Tell whether nothing was typed in these fields; a box says nothing by itself."""
        return all(self._blanc(champ, f"{chemin}.{champ.nom}") for champ in champs)

    def _blanc(self, champ: ChampDeGeste, chemin: str) -> bool:
        if champ.genre is GenreDeChamp.CASE:
            return True
        if champ.genre is GenreDeChamp.GROUPE:
            return self.blanc(champ.champs, chemin)
        if champ.genre is GenreDeChamp.RANGS:
            return all(self.blanc(champ.champs, f"{chemin}.{rang}") for rang in self.saisie.rangs(chemin))
        return self.saisie.est_blanc(chemin)


def fautes(refus: Refus, lue: Lue, saisie: FormulaireRempli, champs: Iterable[ChampDeGeste]) -> dict[str, str]:
    """Return the sentence of a refusal by the field it is about; under an empty name when it is about none."""
    if isinstance(refus, SaisieInvalide) and "erreurs" in refus.champs and "ligne" not in refus.champs:
        dits: dict[str, str] = {}
        for erreur in refus.champs["erreurs"]:
            dit = _A_REMPLIR.get(erreur["message"]) or _pour_des_gens(erreur["message"], champs)
            dits.setdefault(lue.champ(erreur["champ"]), dit)
        return dits | lue.erreurs
    return {**lue.erreurs, _nomme(refus, lue, saisie): _pour_des_gens(refus.message, champs)}


def fautes_des_fichiers(saisie: FormulaireRempli, taille_max: int) -> dict[str, str]:
    """Return what is wrong with the files chosen, by their fields."""
    return {chemin: refus.message for chemin, refus in refus_des_fichiers(saisie.fichiers, taille_max)}


def _nomme(refus: Refus, lue: Lue, saisie: FormulaireRempli) -> str:
    """Return the field that a refusal names: by its name, by its option, or by what was typed in it."""
    noms = {
        refus.champs.get("champ"),
        *refus.champs,
        *(nom.replace("-", "_") for nom in _OPTION.findall(refus.message)),
    }
    for donnee, chemin in lue.chemins.items():
        if donnee.rpartition(".")[2] in noms:
            return chemin
    cites = {dit for dit in refus.champs.values() if isinstance(dit, str) and dit}
    return next((chemin for chemin in lue.chemins.values() if saisie.texte(chemin) in cites), "")


def _pour_des_gens(message: str, champs: Iterable[ChampDeGeste]) -> str:
    """Return a refusal without the names that programs use: gestes and fields by their titles, the date further down."""
    titres = dict(_titres(champs))
    message = par_leurs_titres(_DATE.sub("", message))
    message = _OPTION.sub(lambda lue: f"« {lue[1].replace('-', '_')} »", message)
    return _NOM.sub(lambda lue: f"« {titres.get(lue[1], lue[1])} »", message)


def _titres(champs: Iterable[ChampDeGeste]) -> Iterator[tuple[str, str]]:
    for champ in champs:
        yield champ.nom, champ.titre
        yield from _titres(champ.champs)

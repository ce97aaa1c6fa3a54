"""What a page shows of a form: each field with what was typed, what is offered, and what is wrong."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from application.choix import Possible
from kernel.instants import en_iso
from kernel.montants import en_euros, lire_montant
from kernel.refus import Refus
from web import dates
from web.formulaire.champs import ChampDeGeste, GenreDeChamp
from web.formulaire.saisie import FICHIER_DE, FormulaireRempli, Offrir, avec_leurs_groupes


def preparer(
    champs: Iterable[ChampDeGeste], saisie: FormulaireRempli, offres: Offrir, prefixe: str = "", objet: str = ""
) -> FormulaireRempli:
    """Return the same with what a person would only confirm: a default, the one choice there is, a row for each choice.

    `objet` is that of what is awaited: a choice that it names is made.
    """
    for champ in champs:
        chemin = f"{prefixe}.{champ.nom}".removeprefix(".")
        if champ.genre is GenreDeChamp.GROUPE:
            saisie = preparer(champ.champs, saisie, offres, chemin, objet) if champ.obligatoire else saisie
        elif champ.genre is GenreDeChamp.RANGS:
            saisie = _rangs(champ, chemin, saisie, offres)
        elif champ.genre is GenreDeChamp.SUITE:
            saisie = saisie if saisie.rangs(chemin) else saisie.avec(f"{chemin}.0", "")
        elif chemin not in saisie.textes and (defaut := _defaut(champ, offres, objet)):
            saisie = saisie.avec(chemin, defaut)
    return saisie


def _defaut(champ: ChampDeGeste, offres: Offrir, objet: str) -> str:
    if champ.defaut or not champ.obligatoire or champ.genre is GenreDeChamp.CASES:
        return champ.defaut
    offerts = [offert.valeur for offert in offres(champ)]
    if len(offerts) == 1:
        return offerts[0]
    return next((nomme for nomme in objet.split(",") if nomme in offerts), "")


def _rangs(champ: ChampDeGeste, chemin: str, saisie: FormulaireRempli, offres: Offrir) -> FormulaireRempli:
    """Add the row of each choice that has none, or a first row where one is needed."""
    cle = champ.choix.cle if champ.choix else None
    if cle is None:
        return saisie if saisie.rangs(chemin) or not champ.obligatoire else ajouter(champ, chemin, saisie)
    connus = {saisie.texte(f"{chemin}.{rang}.{cle}") for rang in saisie.rangs(chemin)}
    for offert in offres(champ):
        if offert.valeur not in connus:
            saisie = ajouter(champ, chemin, saisie, {cle: offert.valeur, **offert.reste})
    return saisie


def ajouter(
    champ: ChampDeGeste, chemin: str, saisie: FormulaireRempli, valeurs: Mapping[str, str] | None = None
) -> FormulaireRempli:
    """Return the same with one more row, or one more text."""
    rang = max(saisie.rangs(chemin), default=-1) + 1
    if champ.genre is GenreDeChamp.SUITE:
        return saisie.avec(f"{chemin}.{rang}", "")
    for sous in champ.champs:
        if not sous.compose:
            saisie = saisie.avec(f"{chemin}.{rang}.{sous.nom}", (valeurs or {}).get(sous.nom, sous.defaut))
    return saisie


def trouver(champs: Iterable[ChampDeGeste], chemin: str) -> ChampDeGeste | None:
    """Return the field of a path, rows included; None when there is none."""
    tete, _, reste = chemin.partition(".")
    champ = next((c for c in champs if c.nom == tete), None)
    if champ is None or not reste:
        return champ
    if champ.genre is GenreDeChamp.RANGS:
        reste = reste.partition(".")[2]
    return trouver(champ.champs, reste) if reste else champ


@dataclass(frozen=True)
class VueDuFormulaire:
    """Makes the fields of a page."""

    saisie: FormulaireRempli
    offres: Offrir
    erreurs: Mapping[str, str]

    def champs(self, champs: Iterable[ChampDeGeste], prefixe: str = "") -> list[dict[str, Any]]:
        """Return what the template shows of these fields."""
        return [self.champ(champ, f"{prefixe}.{champ.nom}".removeprefix(".")) for champ in champs]

    def champ(self, champ: ChampDeGeste, chemin: str) -> dict[str, Any]:
        """Return what the template shows of one."""
        return {
            "chemin": chemin,
            "id": chemin.replace(".", "-"),
            "titre": champ.titre,
            "aide": champ.aide,
            "genre": champ.genre.value,
            "obligatoire": champ.obligatoire,
            "facultatif": not champ.obligatoire and not champ.defaut,
            "erreur": self.erreurs.get(chemin, ""),
            "texte": self.saisie.texte(chemin) if not champ.compose else "",
            "coches": self.saisie.textes.get(chemin, ()),
            "offres": [(o.valeur, o.libelle) for o in self.offerts(champ)],
            "recharge": bool(champ.choix and champ.choix.recharge),
            "fichier_recu": getattr(self.saisie.fichier(chemin), "nom", ""),
            "fichier": FICHIER_DE + chemin if champ.fichier else "",
            "champs": self.champs(champ.champs, chemin) if champ.genre is GenreDeChamp.GROUPE else [],
            "rangs": self.rangs(champ, chemin),
            "rempli": self.rempli(chemin),
        }

    def offerts(self, champ: ChampDeGeste) -> Iterable[Possible]:
        """Return the choices of a field, closed or not."""
        return [Possible(*valeur) for valeur in champ.valeurs] or self.offres(champ)

    def rangs(self, champ: ChampDeGeste, chemin: str) -> list[dict[str, Any]]:
        """Return the rows of a list, or the texts of a suite or of a dico, each with its name when it has one."""
        noms = {o.valeur: o.libelle for o in self.offres(champ)}
        if champ.genre is GenreDeChamp.DICO:
            return [
                {"titre": nom, "chemin": f"{chemin}.{code}", "texte": self.saisie.texte(f"{chemin}.{code}")}
                for code, nom in noms.items()
            ]
        cle = champ.choix.cle if champ.choix else None
        lignes = []
        for rang in self.saisie.rangs(chemin) if champ.genre in {GenreDeChamp.RANGS, GenreDeChamp.SUITE} else ():
            ici = f"{chemin}.{rang}"
            nomme = self.saisie.texte(f"{ici}.{cle}") if cle else ""
            fixe = nomme in noms
            champs = [c for c in champ.champs if not (fixe and c.nom == cle)]
            lignes.append(
                {
                    "titre": noms.get(nomme, ""),
                    "chemin": ici,
                    "texte": self.saisie.texte(ici),
                    "cle": (f"{ici}.{cle}", nomme) if fixe else None,
                    "champs": self.champs(champs, ici),
                }
            )
        return lignes

    def rempli(self, chemin: str) -> bool:
        """Tell whether something was typed there or is wrong there."""
        return not self.saisie.est_blanc(chemin) or chemin in self._fautifs

    @cached_property
    def _fautifs(self) -> frozenset[str]:
        return avec_leurs_groupes(self.erreurs)

    def resume(self, champs: Iterable[ChampDeGeste], prefixe: str = "", titre: str = "") -> list[tuple[str, str]]:
        """Return everything typed, in words, for who reads it again before it is recorded."""
        lignes: list[tuple[str, str]] = []
        for champ in champs:
            chemin = f"{prefixe}.{champ.nom}".removeprefix(".")
            nom = f"{titre}, {champ.titre.lower()}" if titre else champ.titre
            if champ.genre is GenreDeChamp.GROUPE:
                lignes += self.resume(champ.champs, chemin, nom)
            elif champ.genre in {GenreDeChamp.RANGS, GenreDeChamp.DICO}:
                for numero, rang in enumerate(self.rangs(champ, chemin), 1):
                    sous = f"{nom}, {rang['titre'] or numero}"
                    if champ.genre is GenreDeChamp.DICO:
                        lignes += [(sous, rang["texte"])] if rang["texte"] else []
                    else:
                        cle = champ.choix.cle if champ.choix and rang["titre"] else None
                        lignes += self.resume((c for c in champ.champs if c.nom != cle), rang["chemin"], sous)
            elif dit := self.dit(champ, chemin):
                lignes.append((nom, dit))
            if champ.fichier and (fichier := self.saisie.fichier(FICHIER_DE + chemin)):
                lignes.append((f"{nom}, fichier", fichier.nom))
        return lignes

    def dit(self, champ: ChampDeGeste, chemin: str) -> str:  # noqa: PLR0911 - one line per kind of field
        """Return one value in words; as it was typed when it does not read."""
        noms = {o.valeur: o.libelle for o in self.offerts(champ)}
        match champ.genre:
            case GenreDeChamp.FICHIER:
                fichier = self.saisie.fichier(chemin)
                return fichier.nom if fichier else ""
            case GenreDeChamp.CASES:
                return ", ".join(noms.get(v, v) for v in self.saisie.textes.get(chemin, ()))
            case GenreDeChamp.SUITE:
                textes = (self.saisie.texte(f"{chemin}.{rang}") for rang in self.saisie.rangs(chemin))
                return ", ".join(noms.get(texte, texte) for texte in textes if texte)
        texte = self.saisie.texte(chemin)
        if not texte:
            return ""
        if champ.genre is GenreDeChamp.EUROS:
            try:
                return en_euros(lire_montant(texte, signe=True))
            except Refus:
                return texte
        if champ.genre is GenreDeChamp.JOUR:
            return _jour(texte)
        return "oui" if champ.genre is GenreDeChamp.CASE else noms.get(texte, texte)


def _jour(texte: str) -> str:
    try:
        return dates.jour(en_iso(texte))
    except ValueError:
        return texte

"""Fold a remote request into the plain fields of a dépôt; what cannot be taken is told, and never stops the rest."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from application.reprise.valeurs import ValeurDeCellule, ValeurFausse, convertir
from application.teleservice.correspondance import CIBLES, ChargeLue, CorrespondanceDeDemarche, ProduitLu
from application.teleservice.distant import ChampDistant, DossierDistant, FichierDistant, RejetDeChamp
from dispositifs.identites import NUMEROS

_QPV: Final = re.compile(r"Q[NP][0-9]{3}[0-9A-Z]{2,3}")
_COMMUNE: Final = re.compile(r"(?:[0-9]{2}|2[AB])[0-9]{3}")
_LONGUEURS: Final = {
    "objet": 500,
    "tiers.denomination": 300,
    "tiers.siret": 60,
    "tiers.siren": 60,
    "tiers.rna": 60,
    "contact.nom": 300,
    "contact.courriel": 320,
    "contact.telephone": 40,
}
"""Signs, as `DeposerDossier` takes them: a longer answer is cut for nobody, it is told."""


@dataclass
class Pliage:
    """What a dépôt is filled with; None when it cannot be one, and why is among the rejects."""

    demande: dict[str, Any] | None = None
    pieces: list[tuple[str, FichierDistant]] = field(default_factory=list)
    rejets: list[RejetDeChamp] = field(default_factory=list)
    sans_fichier: tuple[str, ...] = ()
    """Codes of the pièces whose champ is there and holds no file."""


def plier(dossier: DossierDistant, selon: CorrespondanceDeDemarche) -> Pliage:
    """Fold one request.

    What it cannot do without: who asks, and what for. Any other answer that is wrong is left out, and told.
    """
    lecture = _Lecture(dossier, selon)
    valeurs = {cible: lecture.valeur(cible) for cible in selon.champs}
    demande: dict[str, Any] = {
        "campagne": selon.campagne,
        "canal": "teleservice",
        "tiers": lecture.tiers(valeurs),
        "contact": _contact(valeurs, dossier),
        "objet": valeurs["objet"],
        "territoire": lecture.territoire(),
        "periode": lecture.periode(valeurs),
        "montant_demande_centimes": valeurs["montant_demande"],
        "budget": {
            "charges": list(lecture.lignes(selon.charges)),
            "produits": list(lecture.lignes(selon.produits)),
        },
        "criteres": {
            code: champ.texte
            for code, id_ in selon.criteres.items()
            if (champ := lecture.champs.get(id_)) and champ.texte
        },
    }
    lecture.dire_les_inconnus()
    if valeurs["objet"] is None and not lecture.deja_dit("objet"):
        lecture.rejeter(selon.champs["objet"], "rien n’est répondu, et une demande ne peut s’en passer")
    possible = demande["tiers"] is not None and valeurs["objet"] is not None
    pieces = [(code, f) for code, id_ in selon.pieces.items() if (c := lecture.champs.get(id_)) for f in c.fichiers]
    vides = tuple(c for c, id_ in selon.pieces.items() if id_ in lecture.champs and not lecture.champs[id_].fichiers)
    return Pliage(demande if possible else None, pieces, lecture.rejets, vides)


class _Lecture:
    """One request being read, champ by champ."""

    def __init__(self, dossier: DossierDistant, selon: CorrespondanceDeDemarche) -> None:
        self.dossier, self.selon = dossier, selon
        self.champs = {champ.id: champ for champ in dossier.champs}
        self.rejets: list[RejetDeChamp] = []

    def rejeter(self, id_: str | None, motif: str, valeur: str | None = None, libelle: str | None = None) -> None:
        """Tell what is not taken."""
        champ = self.champs.get(id_ or "")
        self.rejets.append(RejetDeChamp(id_, libelle or (champ.libelle if champ else id_), motif, valeur))

    def deja_dit(self, cible: str) -> bool:
        """Tell whether a target is told already."""
        return any(rejet.champ == self.selon.champs[cible] for rejet in self.rejets)

    def valeur(self, cible: str) -> ValeurDeCellule | None:
        """Return what a champ says of a target; None when it says nothing, or something wrong, which is told."""
        champ = self.champs.get(self.selon.champs[cible])
        if champ is None:
            return None
        ecrit = CIBLES[cible] in NUMEROS  # as it is written: the dépôt tells one that is none
        lu = champ.texte.strip() if ecrit else self._convertir(champ, CIBLES[cible])
        if isinstance(lu, str) and len(lu) > _LONGUEURS.get(cible, len(lu)):
            self.rejeter(champ.id, f"la réponse dépasse {_LONGUEURS[cible]} caractères", lu)
            return None
        return lu

    def tiers(self, valeurs: Mapping[str, ValeurDeCellule | None]) -> dict[str, str | None] | None:
        """Return who asks: as the form says it, else as the téléservice knows it; without a number, by its name alone."""
        dits = {nom: valeurs.get(f"tiers.{nom}") or getattr(self.dossier, nom, None) for nom in NUMEROS}
        numeros = {nom: str(dit) for nom, dit in dits.items() if dit}
        nom = valeurs.get("tiers.denomination") or self.dossier.denomination or next(iter(numeros.values()), None)
        if nom is None:
            self.rejeter(None, "rien ne désigne le demandeur : ni numéro, ni dénomination d’une personne morale")
            return None
        return {**numeros, "denomination": str(nom)}

    def territoire(self) -> dict[str, list[str]]:
        """Return the codes found in the answers; what holds none is told."""
        return {"qpv": self._codes("territoire.qpv", _QPV), "communes": self._codes("territoire.communes", _COMMUNE)}

    def _codes(self, cible: str, forme: re.Pattern[str]) -> list[str]:
        champ = self.champs.get(self.selon.champs.get(cible, ""))
        if champ is None or champ.vide:
            return []
        trouves = [code for dit in champ.codes or (champ.texte,) for code in forme.findall(dit)]
        if not trouves:
            self.rejeter(champ.id, "aucun code n’y est écrit", champ.texte)
        return list(dict.fromkeys(trouves))

    def periode(self, valeurs: Mapping[str, ValeurDeCellule | None]) -> dict[str, str] | None:
        """Return the dates of the project when both are there."""
        debut, fin = valeurs.get("periode.debut"), valeurs.get("periode.fin")
        return {"debut": str(debut), "fin": str(fin)} if debut is not None and fin is not None else None

    def lignes(self, lues: Sequence[ChargeLue | ProduitLu]) -> Iterator[dict[str, Any]]:
        """Yield the lines of a side of the budget that have an amount."""
        for lue in lues:
            dits = lue.model_dump(exclude={"bloc", "montant"})
            if lue.bloc is None:
                yield from self._ligne(dits, self.champs.get(lue.montant))
                continue
            bloc = self.champs.get(lue.bloc)
            for rangee in () if bloc is None else bloc.rangees:
                cellules = {champ.id: champ for champ in rangee}
                textes = {nom: cellules[id_].texte for nom, id_ in dits.items() if id_ in cellules}
                yield from self._ligne(textes, cellules.get(lue.montant))

    def _ligne(self, dits: dict[str, str], champ: ChampDistant | None) -> Iterator[dict[str, Any]]:
        montant = None if champ is None else self._convertir(champ, "montant")
        if champ is None or not isinstance(montant, int):
            return
        if any(not texte.strip() for nom, texte in dits.items() if nom != "libelle") or len(dits) == 0:
            self.rejeter(champ.id, "ce montant du budget n’a pas d’intitulé", champ.texte, champ.libelle)
            return
        yield {**dits, "montant_centimes": montant}

    def _convertir(self, champ: ChampDistant, nature: Any) -> ValeurDeCellule | None:
        try:
            return convertir(nature, champ.texte)
        except ValeurFausse as faute:
            self.rejeter(champ.id, str(faute), champ.texte, champ.libelle)
            return None

    def dire_les_inconnus(self) -> None:
        """Tell the answers that the mapping neither reads nor says are of no use: nothing is dropped in silence."""
        for champ in self.dossier.champs:
            if champ.id not in self.selon.connus and not champ.vide:
                self.rejeter(champ.id, "la correspondance ne connaît pas ce champ", champ.texte)


def _contact(valeurs: Mapping[str, ValeurDeCellule | None], dossier: DossierDistant) -> dict[str, Any] | None:
    nom, courriel = valeurs.get("contact.nom"), valeurs.get("contact.courriel") or dossier.courriel
    nom = nom or courriel
    return None if nom is None else {"nom": nom, "courriel": courriel, "telephone": valeurs.get("contact.telephone")}

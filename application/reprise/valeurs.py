"""The types of a mapping: from the text of a cell to a value, or the reason, in French, why it is wrong."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Literal

from application.formules import rearmer
from dispositifs.identites import (
    FORME_RNA,
    RnaInvalide,
    SirenInvalide,
    SiretInvalide,
    verifier_rna,
    verifier_siren,
    verifier_siret,
)
from kernel.instants import jour_de
from kernel.montants import lire_montant
from kernel.refus import Refus
from kernel.signes import montrable
from kernel.textes import defaut_de_texte, sans_accents

TypeChamp = Literal[
    "texte", "montant", "date", "siret", "siren", "rna", "entier", "nombre", "fraction", "booleen", "periode"
]
LONGUEUR_MAX = 10_000
ANNEES = range(1900, 2200)
FORMES_DE_DATE = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")
MOIS = (
    "janvier", "fevrier", "mars", "avril", "mai", "juin",
    "juillet", "aout", "septembre", "octobre", "novembre", "decembre",
)  # fmt: skip
EN_LETTRES = re.compile(rf"([0-9]{{1,2}})(?:er)? ({'|'.join(MOIS)}) ([0-9]{{4}})")
ECRITURES_SCIENTIFIQUES = re.compile(r"[0-9]([.,][0-9]+)?[eE]\+?[0-9]+")
SEPARATEURS = re.compile(r"[\s'’`´.\-]")
UNE_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}([/.-])[0-9]{1,2}\1[0-9]{4}")
MINUIT = re.compile(r"[ T]00:00(:00(\.0+)?)?$")  # a date that went through a spreadsheet or a database
CONTROLES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
OUI_NON = {"oui": True, "non": False}
INVISIBLES = dict.fromkeys((0x00AD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF))  # pasted with a text, and never meant
ERREUR_DE_TABLEUR = re.compile(
    r"#(DIV/0!|N/[AD]|REF!|NAME\?|NOM\?|NULL?!|NUM!|NOMBRE!|VALUE!|VALEUR!|CALC!|FORMULE NON CALCULÉE)|Err ?: ?[0-9]{3}"
)
CARACTERES_MONTRES = 120
MONTANTS_FAUX = {
    "montant_negatif": "le montant est négatif",
    "montant_trop_precis": "le montant a plus de deux décimales",
    "montant_illisible": "ce n’est pas un montant lisible en euros (par exemple « 1 234,56 »)",
}
"""Our words for a cell that is already quoted beside them."""


class ValeurFausse(Exception):
    """What is written in the cell cannot be a value of this type; its text is a French sentence."""


@dataclass(frozen=True, slots=True)
class PeriodeEcrite:
    """A period as it was written; an end that is not a date (« fin de l’action », « NC ») is unknown."""

    texte: str
    debut: date | None = None
    fin: date | None = None

    def __str__(self) -> str:
        return self.texte


ValeurDeCellule = str | int | bool | Decimal | date | PeriodeEcrite


def convertir(nature: TypeChamp, texte: str, forme: str | None = None) -> ValeurDeCellule | None:
    """Return the value of a cell, None when it is blank; `forme` is the format of a date, as for `strptime`.

    Raises:
        ValeurFausse: Something is written that cannot be a value of this type.
    """
    texte = texte.translate(INVISIBLES)
    propre = normaliser(texte)
    if not propre:
        return None
    if (defaut := defaut_de_texte(CONTROLES.sub("", propre), None)) is not None:
        raise ValeurFausse(defaut)
    if ERREUR_DE_TABLEUR.fullmatch(propre):
        raise ValeurFausse("c’est une erreur de tableur, pas une valeur")
    return _date(texte, forme) if nature == "date" else CONVERSIONS[nature](texte)


def normaliser(texte: str) -> str:
    """Return the text with its accents composed, every run of spaces, of any kind, made one, and nothing invisible."""
    return " ".join(unicodedata.normalize("NFC", texte).translate(INVISIBLES).split())


def montrer(texte: str) -> str:
    """Return what a message quotes of a cell: on one line, without control characters, and not all of a novel."""
    propre = normaliser(montrable(CONTROLES.sub("", texte)))
    return propre if len(propre) <= CARACTERES_MONTRES else f"{propre[:CARACTERES_MONTRES]}…"


def compacter(texte: str) -> str:
    """Return the characters of a number such as a SIRET, without what people and spreadsheets put among them."""
    return SEPARATEURS.sub("", texte.translate(INVISIBLES).strip().removesuffix(".0"))


def _texte(texte: str) -> str:
    propre = rearmer(CONTROLES.sub("", texte).strip())
    if len(propre) > LONGUEUR_MAX:
        raise ValeurFausse(f"le texte dépasse {LONGUEUR_MAX} caractères")
    return propre


def _montant(texte: str) -> int:
    try:
        return lire_montant(texte)
    except Refus as refus:
        raise ValeurFausse(MONTANTS_FAUX.get(refus.code, refus.message)) from refus


def _date(texte: str, forme: str | None) -> date:
    brut = MINUIT.sub("", normaliser(texte))
    for essai in ((forme,) if forme else FORMES_DE_DATE) if brut.isascii() else ():  # strptime reads any digits
        try:
            return _plausible(datetime.strptime(brut, essai).date())  # noqa: DTZ007 - a civil date has no zone
        except ValueError:
            continue
    if forme is None and ":" in brut:
        try:
            instant = datetime.fromisoformat(brut)
            return _plausible(jour_de(instant if instant.tzinfo else instant.date()))
        except ValueError:
            pass
    if forme is not None:
        raise ValeurFausse(f"la date n’est pas au format {forme}")
    if lettres := EN_LETTRES.fullmatch(sans_accents(brut)):
        return _date(f"{lettres[1]}/{MOIS.index(lettres[2]) + 1}/{lettres[3]}", None)
    if UNE_DATE.fullmatch(brut):
        raise ValeurFausse("cette date n’existe pas au calendrier")
    raise ValeurFausse("la date doit s’écrire AAAA-MM-JJ ou JJ/MM/AAAA")


def _plausible(jour: date) -> date:
    if jour.year not in ANNEES:
        raise ValeurFausse(f"l’année {jour.year} n’est pas plausible")
    return jour


def _siret(texte: str) -> str:
    chiffres = compacter(texte)
    if ECRITURES_SCIENTIFIQUES.fullmatch(texte.strip()):
        raise ValeurFausse("un tableur a mis ce SIRET en notation scientifique : ses chiffres sont perdus")
    try:
        return verifier_siret(chiffres)
    except SiretInvalide as refus:
        raise ValeurFausse(f"ce SIRET est invalide : {refus.champs['raison']}") from refus


def _siren(texte: str) -> str:
    try:
        return verifier_siren(compacter(texte))
    except SirenInvalide as refus:
        raise ValeurFausse("un SIREN s’écrit en neuf chiffres, clé comprise") from refus


def _rna(texte: str) -> str:
    try:
        return verifier_rna(texte)
    except RnaInvalide as refus:
        raise ValeurFausse(f"un numéro RNA s’écrit {FORME_RNA}") from refus


def _entier(texte: str) -> int:
    chiffres = re.sub(r"\s", "", texte).removesuffix(".0")
    if not re.fullmatch(r"-?[0-9]{1,15}", chiffres):
        raise ValeurFausse("un nombre entier est attendu")
    return int(chiffres)


def _nombre(texte: str) -> Decimal:
    ecrit = re.sub(r"\s", "", texte).replace(",", ".")
    if not ecrit.isascii() or "_" in ecrit:  # Decimal reads any digits, and underscores among them
        raise ValeurFausse("un nombre est attendu")
    try:
        nombre = Decimal(ecrit)
    except InvalidOperation as erreur:
        raise ValeurFausse("un nombre est attendu") from erreur
    if not nombre.is_finite():
        raise ValeurFausse("un nombre est attendu")
    return nombre


def _fraction(texte: str) -> Decimal:
    """A share of a whole: 0.45, 0,45 or 45 %; one is the whole."""
    sans_signe = texte.strip().removesuffix("%")
    part = _nombre(sans_signe)
    if sans_signe != texte.strip():
        part /= 100
    if not 0 < part <= 1:
        raise ValeurFausse("une part est attendue, entre 0 et 1 (1 pour la totalité)")
    return part


def _booleen(texte: str) -> bool:
    reponse = OUI_NON.get(sans_accents(texte))
    if reponse is None:
        raise ValeurFausse("« oui » ou « non » est attendu")
    return reponse


def _periode(texte: str) -> PeriodeEcrite:
    """AAAA-MM-JJ, or two of them around a slash; what is not a date is kept in words and left unknown.

    A period may end before it begins: the official valid example of SCDL has three, and they are published as written.
    """
    brut = normaliser(texte)
    if (jour := _borne(brut)) is not None:
        return PeriodeEcrite(brut, jour, jour)
    debut, barre, fin = brut.partition("_" if "_" in brut else "/")  # an underscore in the older standard
    return PeriodeEcrite(brut, _borne(debut), _borne(fin)) if barre else PeriodeEcrite(brut)


def _borne(texte: str) -> date | None:
    return _date(texte, None) if UNE_DATE.fullmatch(texte.strip()) else None


CONVERSIONS: Mapping[TypeChamp, Callable[[str], ValeurDeCellule]] = {
    "texte": _texte,
    "montant": _montant,
    "siret": _siret,
    "siren": _siren,
    "rna": _rna,
    "entier": _entier,
    "nombre": _nombre,
    "fraction": _fraction,
    "booleen": _booleen,
    "periode": _periode,
}

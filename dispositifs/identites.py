"""Numbers that identify: SIRET, RNA, IBAN. A right key proves neither that a number exists, nor whose it is."""

import re
from collections.abc import Mapping
from typing import Final

from kernel.refus import Refus

_CHIFFRES_SIRET: Final = 14
_PONCTUATION: Final = re.compile(r"[\s'’‘`´.\u200b\ufeff]")
"""What people and spreadsheets leave in a number: spaces of any width, apostrophes, dots."""

_RNA: Final = re.compile(r"W[0-9][0-9A-Z][0-9]{7}")
"""W, then the code of the greffe (three characters, a letter second in Corsica and overseas), then six digits.

The ministry says « W suivie de 9 chiffres » (associations.gouv.fr/immatriculation.html), and the registry has numbers
such as W9P1002760: the greffes with a letter are listed in betagouv/api-subventions-asso, issue 1931.
"""
FORME_RNA: Final = "W suivi de neuf chiffres, dont le deuxième est une lettre en Corse et outre-mer (W2A…, W9R…)"
_CLE_FAUSSE: Final = ("cle", "la clé de contrôle est fausse (un chiffre est mal recopié)")
_IBAN_ECRIT: Final = re.compile(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{1,30}")
_PARTIE_DE_COMPTE: Final = re.compile(r"([0-9]+)!([nac])")
"""How the IBAN register writes an account: "5!n5!n11!c2!n" is five digits, five more, eleven signs, two digits."""

_SIGNES: Final = {"n": "[0-9]", "a": "[A-Z]", "c": "[0-9A-Z]"}
_PAYS_A_CLE_RIB: Final = frozenset({"FR", "MC"})
_CHIFFRES_RIB: Final = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789")


class SiretInvalide(Refus, code="siret_invalide"):
    """Not a SIRET: `champs` has the defect (longueur, caracteres, cle) and its French reason."""


class SirenInvalide(Refus, code="siren_invalide"):
    """Not a SIREN: nine digits and their key."""


class RnaInvalide(Refus, code="rna_invalide"):
    """Not a number of the répertoire national des associations."""


class IbanInvalide(Refus, code="iban_invalide"):
    """Not an IBAN, or a French one whose RIB key is wrong. The message never repeats the number."""


def verifier_siret(texte: str) -> str:
    """Return the 14 digits, or refuse with SiretInvalide. La Poste (356000000): digits adding up to a multiple of 5."""
    from stdnum.exceptions import ValidationError  # read to check a number, not to show one
    from stdnum.fr import siret

    numero = _compact(texte)
    faute = _defaut(numero)
    if faute is None:
        try:
            return siret.validate(numero)
        except ValidationError:
            faute = _CLE_FAUSSE
    defaut, raison = faute
    message = f"Le SIRET « {texte.strip()} » est invalide : {raison}."
    raise SiretInvalide(message, siret=texte, defaut=defaut, raison=raison)


def verifier_siren(texte: str) -> str:
    """Return the 9 digits, or refuse with SirenInvalide."""
    from stdnum.exceptions import ValidationError
    from stdnum.fr import siren

    try:
        return siren.validate(_compact(texte))
    except ValidationError:
        raise SirenInvalide(
            f"Le SIREN « {texte.strip()} » est invalide : neuf chiffres et leur clé.", siren=texte
        ) from None


def verifier_rna(texte: str) -> str:
    """Return the number in capitals, or refuse with RnaInvalide."""
    numero = _compact(texte).upper()
    if not _RNA.fullmatch(numero):
        raise RnaInvalide(f"Le numéro RNA « {texte.strip()} » est invalide : il s’écrit {FORME_RNA}.", rna=texte)
    return numero


NUMEROS: Final = {"siret": verifier_siret, "siren": verifier_siren, "rna": verifier_rna}
"""What a legal person is known by, the surest first."""


def trier_numeros(ecrits: Mapping[str, str | None]) -> tuple[dict[str, str | None], dict[str, str]]:
    """Return the numbers that are right, each by its name, and what was written in place of the others.

    A SIREN that is not that of the SIRET is no right one: which of the two is meant is not ours to guess.
    """
    justes: dict[str, str | None] = dict.fromkeys(NUMEROS)
    faux: dict[str, str] = {}
    for nom, verifier in NUMEROS.items():
        ecrit = ecrits.get(nom)
        try:
            justes[nom] = verifier(ecrit) if ecrit else None
        except Refus:
            faux[nom] = ecrit or ""
    siret, siren = justes["siret"], justes["siren"]
    if siret and siren and not siret.startswith(siren):
        justes["siren"], faux["siren"] = None, siren
    return justes, faux


def designer(siret: str | None, siren: str | None, rna: str | None) -> str:
    """Return the surest number of a legal person, by its name; blank when it has none."""
    numeros = (("SIRET", siret), ("SIREN", siren), ("RNA", rna))
    return next((f"{nom} {numero}" for nom, numero in numeros if numero), "")


def verifier_iban(texte: str) -> str:
    """Return the compact IBAN, or refuse with IbanInvalide: country, length, key, and in France the RIB key too."""
    compact = _compact(texte).upper()
    if not _IBAN_ECRIT.fullmatch(compact):
        raise IbanInvalide("L’IBAN est invalide : deux lettres de pays, deux chiffres, puis le compte.")
    if raison := _defaut_d_iban(compact):
        raise IbanInvalide(f"L’IBAN est invalide : {raison}.")
    return compact


def _defaut_d_iban(compact: str) -> str | None:
    from stdnum import iban, numdb

    forme = numdb.get("iban").info(compact)[0][1].get("bban")
    if forme is None:
        return f"le pays « {compact[:2]} » est inconnu"
    parties, compte = _PARTIE_DE_COMPTE.findall(forme), compact[4:]
    if len(compte) != sum(int(longueur) for longueur, _ in parties):
        return f"{len(compact)} caractères, ce n’est pas la longueur de ce pays"
    if not re.fullmatch("".join(f"{_SIGNES[signe]}{{{longueur}}}" for longueur, signe in parties), compte):
        return "le compte n’a pas la forme de ce pays"
    if iban.calc_check_digits(compact) != compact[2:4]:
        return "la clé de l’IBAN est fausse (un caractère est mal recopié)"
    if compact[:2] in _PAYS_A_CLE_RIB and _cle_rib(compte[:-2]) != compte[-2:]:
        return "la clé RIB est fausse"
    return None


def _cle_rib(compte: str) -> str:
    """Return the key of a French account, from 01 to 97: letters count as digits, and the whole is a multiple of 97."""
    return f"{97 - int(compte.translate(_CHIFFRES_RIB)) * 100 % 97:02d}"


DERNIERS_CHIFFRES: Final = 4


def iban_masque(iban: str) -> str:
    """Return what may be shown of an IBAN: its country and key, and the last characters that tell it from another."""
    compact = _compact(iban).upper()
    return f"{compact[:4]} •••• {compact[-DERNIERS_CHIFFRES:]}"


def _compact(texte: str) -> str:
    return _PONCTUATION.sub("", texte)


def _defaut(numero: str) -> tuple[str, str] | None:
    if not numero.isascii() or not numero.isdigit():
        return ("longueur", "il est vide") if not numero else ("caracteres", "il ne doit contenir que des chiffres")
    if len(numero) != _CHIFFRES_SIRET:
        zero = " (un zéro initial a pu être perdu)" if len(numero) == _CHIFFRES_SIRET - 1 else ""
        return ("longueur", f"{len(numero)} chiffres au lieu de {_CHIFFRES_SIRET}{zero}")
    if not numero.strip("0"):
        return ("cle", "il n’a que des zéros")
    return None

"""The 16 columns of SCDL subventions 2.1.1, in order, or the reasons why an award cannot be published.

Nothing is invented and no word is altered: what the standard requires and is unknown sets the award aside.
"""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Final

from application.consultations.attributions import Attribution
from application.exports.tableau import en_decimal
from application.formules import desarmer
from application.reprise.valeurs import PeriodeEcrite, ValeurFausse, convertir
from kernel.textes import sans_accents

LONGUEUR_MAX: Final = 256
LONGUEUR_RAE: Final = 5
_UNE_DATE: Final = len("AAAA-MM-JJ")
_RNA: Final = re.compile(r"W[0-9]{9}")
_ENTRE_NATURES: Final = re.compile(r"\s*[;,]\s*|\s+et\s+")
_NATURES: Final = {
    "aide en numeraire": "aide en numéraire",
    "en numeraire": "aide en numéraire",
    "numeraire": "aide en numéraire",
    "aide en nature": "aide en nature",
    "en nature": "aide en nature",
}


class Manque(Exception):
    """Why a column that the standard requires cannot be filled: a stable code and a French sentence."""

    def __init__(self, code: str, phrase: str) -> None:
        super().__init__(phrase)
        self.code, self.phrase = code, phrase


def publier(attribution: Attribution, notification_ue: bool | None = None) -> tuple[list[str], list[Manque]]:  # noqa: FBT001 - a value
    """Return the row of an award, and every reason why it is set aside: none when it is published.

    Args:
        attribution: What is known of it.
        notification_ue: What the publisher says of the awards decided here, which no fact tells yet.
    """
    cellules, manques = [], []
    if attribution.renoncee:
        manques.append(Manque("renoncee", "le bénéficiaire a renoncé à cette subvention"))
    for ecrire in _ECRITURES.values():
        try:
            cellules.append(ecrire(attribution, notification_ue))
        except Manque as manque:
            manques.append(manque)
    return cellules, manques


def _exiger(valeur: str | None, code: str, phrase: str) -> str:
    if valeur is None or not valeur.strip():
        raise Manque(code, phrase)
    return desarmer(valeur)


def _borner(valeur: str, maximum: int, code: str, quoi: str) -> str:
    if len(valeur) > maximum:
        raise Manque(code, f"{quoi} dépasse {maximum} caractères ({len(valeur)}) et ne sera pas coupé")
    return valeur


def _date_convention(a: Attribution) -> str:
    date_iso = None if a.decision.decide_le is None else a.decision.decide_le.isoformat()
    return _exiger(date_iso, "date_inconnue", "la date de la décision est inconnue")


def _siret(a: Attribution) -> str:
    if not a.siret and not _rna(a):
        raise Manque("beneficiaire_sans_numero", "le bénéficiaire n’a ni SIRET, ni numéro RNA que la norme accepte")
    return a.siret or ""


def _rna(a: Attribution) -> str:
    """Return the RNA number; one the standard's pattern does not know (a letter stands second) is not published."""
    return a.rna if a.rna and _RNA.fullmatch(a.rna) else ""


def _objet(a: Attribution) -> str:
    return _borner(_exiger(a.objet, "objet_inconnu", "l’objet est inconnu"), LONGUEUR_MAX, "objet_trop_long", "l’objet")


def _montant(a: Attribution) -> str:
    if a.montant_centimes is None:
        raise Manque("montant_inconnu", "le montant attribué est inconnu")
    return en_decimal(a.montant_centimes)


def _nature(a: Attribution) -> str:
    """Return the words of the standard for each of the natures written, in their order."""
    ecrite = _exiger(a.decision.nature, "nature_inconnue", "la nature de la subvention est inconnue")
    lues = [_NATURES.get(partie) for partie in _ENTRE_NATURES.split(sans_accents(ecrite))]
    connues = [nature for nature in lues if nature is not None]
    if len(connues) < len(lues) or len(set(connues)) < len(connues):
        raise Manque("nature_illisible", f"la nature « {ecrite} » n’est pas de celles de la norme")
    return ";".join(connues)


def _conditions(a: Attribution) -> str:
    if a.conditions and a.conditions.strip():
        quoi = "le texte des conditions de versement"
        return _borner(desarmer(a.conditions), LONGUEUR_MAX, "conditions_trop_longues", quoi)
    if a.echeances is None:
        raise Manque("conditions_inconnues", "les conditions de versement sont inconnues : aucun échéancier n’est fixé")
    return "unique" if a.echeances == 1 else "échelonné"


def _dates_de_versement(a: Attribution) -> str:
    if a.reprise:
        return _periode_reprise(a.decision.dates_versement)
    if not a.versements:
        raise Manque("versement_inacheve", "la période de versement est inconnue : tout n’est pas payé")
    if a.decision.decide_le is not None and a.versements[0] < a.decision.decide_le:
        raise Manque(
            "dates_inversees", f"un versement du {a.versements[0]} précède la décision, du {a.decision.decide_le}"
        )
    return _periode(a.versements[0].isoformat(), a.versements[-1].isoformat(), echelonnee=a.echeances != 1)


def _periode_reprise(texte: str | None) -> str:
    """Return the date or the period of the file, its dates in the writing of the standard."""
    ecrite = _exiger(texte, "periode_inconnue", "la date ou la période de versement est inconnue")
    try:
        lue = convertir("periode", ecrite)
    except ValeurFausse:
        lue = None
    if not isinstance(lue, PeriodeEcrite) or lue.debut is None or lue.fin is None:
        raise Manque("periode_incomplete", f"la période de versement « {ecrite} » n’a pas ses deux dates")
    return _periode(lue.debut.isoformat(), lue.fin.isoformat(), echelonnee=len(lue.texte) > _UNE_DATE)


def _periode(debut: str, fin: str, *, echelonnee: bool) -> str:
    return f"{debut}/{fin}" if echelonnee or debut != fin else debut


def _rae(a: Attribution) -> str:
    return _borner(desarmer(a.decision.id_rae or ""), LONGUEUR_RAE, "rae_trop_long", "l’identifiant RAE")


def _notification(a: Attribution, dite: bool | None) -> str:  # noqa: FBT001 - a value
    """The publisher answers for the awards decided here, not for those another body made."""
    connue = a.decision.notification_ue
    valeur = connue if a.reprise or connue is not None else dite
    if valeur is None:
        conseil = "" if a.reprise else " (--notification-ue oui ou non)"
        raise Manque("notification_ue_inconnue", f"on ignore si l’aide a été notifiée à la Commission{conseil}")
    return "oui" if valeur else "non"


def _pourcentage(a: Attribution) -> str:
    ecrit = _exiger(
        a.decision.pourcentage, "pourcentage_inconnu", "la part du bénéficiaire dans la subvention est inconnue"
    )
    try:
        part = Decimal(ecrit)
    except InvalidOperation:
        part = Decimal(0)
    if not Decimal("0.01") <= part <= 1:
        raise Manque("pourcentage_hors_bornes", f"la part « {ecrit} » n’est pas entre 0,01 et 1")
    return format(part, "f")


_ECRITURES: Final[dict[str, Callable[[Attribution, bool | None], str]]] = {
    "nomAttribuant": lambda a, _: _exiger(
        a.decision.attribuant_denomination, "attribuant_inconnu", "le nom de l’attribuant est inconnu"
    ),
    "idAttribuant": lambda a, _: _exiger(
        a.decision.attribuant_siret, "attribuant_sans_siret", "le SIRET de l’attribuant est inconnu"
    ),
    "dateConvention": lambda a, _: _date_convention(a),
    "referenceDecision": lambda a, _: desarmer(a.decision.reference or ""),
    "nomBeneficiaire": lambda a, _: _exiger(
        a.beneficiaire, "beneficiaire_inconnu", "le nom du bénéficiaire est inconnu"
    ),
    "idBeneficiaire": lambda a, _: _siret(a),
    "rnaBeneficiaire": lambda a, _: _rna(a),
    "objet": lambda a, _: _objet(a),
    "montant": lambda a, _: _montant(a),
    "nature": lambda a, _: _nature(a),
    "conditionsVersement": lambda a, _: _conditions(a),
    "datesPeriodeVersement": lambda a, _: _dates_de_versement(a),
    "idRAE": lambda a, _: _rae(a),
    "notificationUE": _notification,
    "pourcentageSubvention": lambda a, _: _pourcentage(a),
    "dispositifAide": lambda a, _: desarmer(a.decision.dispositif_aide or ""),
}
COLONNES: Final = tuple(_ECRITURES)
"""The columns, in the order of the standard."""

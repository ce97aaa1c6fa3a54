"""What the law fixes of a dossier, a sitting and an award (`dispositifs.droit`); a dispositif's own come from its règlement."""

from datetime import date

from dispositifs.droit import Regle, regle, regles
from kernel.attentes import Delai, Nature
from kernel.delais import lire_duree
from kernel.refus import SaisieInvalide


def en_vigueur(au: date) -> list[Regle]:
    """Return the rules of the law on a day, in the order of a request's life."""
    return [regle for regle in regles() if regle.en_vigueur(au)]


def delai(code: str, au: date) -> Delai:
    """Return the clock of the law on the day that starts it, for the fact to carry."""
    return regle(code, au).delai()


def delai_demande(regle_: str | None, duree: str | None, au: date) -> Delai:
    """Return the clock that people ask about: a rule of the law on that day, or a length alone.

    Refuse with SaisieInvalide: no such rule, no length, or another one than the law's; with DureeIllisible.
    """
    lue = None if duree is None else str(lire_duree(duree))
    if regle_ is None:
        if lue is None:
            raise SaisieInvalide("Une durée est attendue, ou une règle de la loi.", champ="duree")
        return Delai(code="", duree=lue, source="", nature=Nature.USAGE)
    trouvee = next((r for r in en_vigueur(au) if r.code == regle_ and r.montant_centimes is None), None)
    if trouvee is None:
        connues = ", ".join(r.code for r in en_vigueur(au) if r.montant_centimes is None)
        raise SaisieInvalide(f"« {regle_} » n’est pas un délai de la loi ce jour-là. Connus : {connues}.", regle=regle_)
    if (trouvee.duree is None) is (lue is None):
        fixee = "La loi n’en fixe pas la durée : donnez-la." if lue is None else "La loi en fixe la durée."
        raise SaisieInvalide(f"{trouvee.libelle} : {fixee}", regle=regle_)
    return trouvee.delai(lue)


def effet(code: str, au: date) -> str:
    """Return what the end of a clock of the law does, and on what condition."""
    return regle(code, au).effet


def seuil_convention_centimes(au: date) -> int:
    """Return the amount above which a convention is compulsory, for an award of that day."""
    seuil = regle("convention", au).montant_centimes
    assert seuil is not None, "the rule is an amount"
    return seuil


def delai_pieces(duree: str, au: date) -> Delai:
    """Return the clock of a demande de pièces: the law asks for a délai, the agent fixes it."""
    return regle("pieces", au).delai(duree)


def delai_avis(duree: str, *, cite: bool) -> Delai:
    """Return the clock of an avis: from a text, which the demande cites, else from the demande alone, which is usage."""
    if cite:
        return Delai(code="avis", duree=duree, source="texte cité par la demande d’avis", nature=Nature.REGLEMENT)
    return Delai(code="avis", duree=duree, source="demande de l’instructeur", nature=Nature.USAGE)

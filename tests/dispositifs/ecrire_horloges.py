"""Write docs/horloges.md from the rows of the law: `python -m tests.dispositifs.ecrire_horloges`."""

from pathlib import Path
from typing import Final

from application import mots
from dispositifs.droit import Regle, categories, regles

DOCUMENT: Final = Path(__file__).resolve().parents[2] / "docs" / "horloges.md"
TETE: Final = """# Horloges et règles de la loi

Cette table est faite des lignes de `dispositifs/droit/*.yaml`, que le moteur lit : `python -m tests.dispositifs.ecrire_horloges`
la refait, et un test la tient égale aux données. La ligne en vigueur est celle du jour où l’acte est vrai ; le fait qui fait partir
l’horloge la porte. « Droit privé » : la règle ne vaut pas pour une personne morale de droit public (CRPA, art. L100-3).
Sans date d’entrée en vigueur, celle-ci n’a pas été relevée.

| règle | part de | délai ou montant | s’arrête pour | effet | texte | pour qui | en vigueur | lu |
|---|---|---|---|---|---|---|---|---|
"""


NATURES: Final = """
## Nature du demandeur

La nature juridique d’un tiers (`diligence tiers declarer-nature`) choisit le droit de ses demandes : le silence et la suspension de
l’article L114-5 ne valent pas pour une personne morale de droit public. Inconnue, le silence court.

| premier chiffre | catégorie juridique de l’INSEE | droit |
|---|---|---|
"""


def table() -> str:
    """Return the document."""
    dits = {True: "personne morale de droit public", False: "droit privé", None: "non dit : la règle protectrice vaut"}
    natures = (f"| {c.chiffre} | {c.libelle} | {dits[c.droit_public]} |\n" for c in categories().values())
    return "".join((TETE, *(_ligne(regle) for regle in regles()), NATURES, *natures))


def _ligne(regle: Regle) -> str:
    bornes = (f"{mot} {jour:%d/%m/%Y}" for mot, jour in (("du", regle.du), ("au", regle.au)) if jour is not None)
    cellules = (
        f"{regle.libelle} (`{regle.code}`)",
        regle.depart,
        regle.mesure,
        regle.arrets,
        regle.effet,
        regle.source,
        mots.PUBLICS[regle.public],
        " ".join(bornes),
        f"{regle.texte} ; **à confirmer** : {regle.a_confirmer}" if regle.a_confirmer else regle.texte,
    )
    return f"| {' | '.join(cellules)} |\n"


if __name__ == "__main__":
    DOCUMENT.write_text(table(), encoding="utf-8")

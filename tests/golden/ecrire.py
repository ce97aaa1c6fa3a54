"""Add the golden file of each topic that has none: `python -m tests.golden.ecrire`. It never rewrites one.

A fact already shipped must be read for ever: a golden file that no longer loads asks for an upcaster, not for a new file.
"""

import json
import sys

from adapters.store.mapper import MapperFaits
from kernel.faits import Inscription
from tests.golden.exemples import FICHIERS, TEXTES_PERMIS, TOPICS, entete, exemple, faits, textes


def main() -> None:
    """Write what is missing, then say which text fields are not allowed yet."""
    FICHIERS.mkdir(exist_ok=True)
    connus = set(TOPICS.read_text(encoding="utf-8").split()) if TOPICS.exists() else set()
    for topic, classe in faits().items():
        chemin = FICHIERS / f"{topic}.json"
        if not chemin.exists():
            stocke = MapperFaits().to_stored_event(Inscription(entete(topic), exemple(classe)))
            document = json.loads(stocke.state)
            chemin.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
            sys.stdout.write(f"écrit : {chemin.name}\n")
    TOPICS.write_text("".join(f"{topic}\n" for topic in sorted(connus | faits().keys())), encoding="utf-8")
    permis = set(TEXTES_PERMIS.read_text(encoding="utf-8").split()) if TEXTES_PERMIS.exists() else set()
    for topic, classe in faits().items():
        for chemin_du_champ in textes(classe):
            if f"{topic}.{chemin_du_champ}" not in permis:
                sys.stdout.write(f"texte à justifier dans {TEXTES_PERMIS.name} : {topic}.{chemin_du_champ}\n")


if __name__ == "__main__":
    main()

"""Mutants that change nothing for anybody, each with its reason: they are not drawn."""

from typing import Final

EQUIVALENTS: Final[dict[str, str]] = {
    "kernel/delais/calendrier.py _chomes : …di + 7 * rang * JOUR for rang in range(53)) → "
    "…di + 7 * rang * JOUR for rang in range(54))": "no year has 54 Saturdays: the filter that follows keeps those of it",
    "kernel/delais/calendrier.py _feries : …ntry_holidays('FR', years=annee, expand=False, language='fr')) → "
    "…ntry_holidays('FR', years=annee, expand=True, language='fr'))": "the copy that is made holds the year asked for",
    "dispositifs/lecture_yaml.py _raison : ….splitlines()[marque.line:marque.line + 1] if marque is not None else [] → "
    "….splitlines()[marque.line:marque.line + 2] if marque is not None else []": "only the first line of the two is looked at",
    "aggregates/dossier/proposition.py Instruction._exiger_montant : if montant < calcule and motif is None: raise MotifE… → "
    "if montant <= calcule and motif is None: raise MotifE…": "the computed amount itself has returned three lines above",
    "aggregates/dossier/etat.py EtatDossier.tenues : …cartee = self.pieces_ecartees.get(code, 0) → "
    "…cartee = self.pieces_ecartees.get(code, 1)": "version 1 is the dépôt or the take-over: every pièce is later",
    "aggregates/dossier/financement.py Financements.coder_financeur : if any((f._asdict().items() >= dict(code).items() "
    "for f in courants(se… → if any((f._asdict().items() > dict(code).items() for f in courants(se…": (
        "a Financement has a version that the code has not: the same is never equal"
    ),
}

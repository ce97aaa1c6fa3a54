"""One attente per avis asked and not given."""

from collections.abc import Iterator

from aggregates.dossier.etat import Etat, EtatDossier
from kernel.attentes import Attente, Cle, Role


def attentes(dossier: EtatDossier) -> Iterator[Attente]:
    """Yield what each partner still owes while the dossier is instructed."""
    if dossier.etat is not Etat.EN_INSTRUCTION:
        return
    for avis in dossier.avis:
        if avis.de not in dossier.avis_rendus:
            yield Attente(
                Cle("avis", avis.de, avis.version),
                de=Role.PARTENAIRE,
                depuis=avis.depuis,
                echeance=avis.echeance,
                automatisme="reputer_avis_rendu",
                gestes=("rendre-avis",),
                nature=avis.delai.nature,
                fondement=avis.delai.source,
            )

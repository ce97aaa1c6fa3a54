"""The form of a new dépôt, filled from a request of another year, once its reading is in the journal."""

from collections.abc import Iterable

from application.gestes.cibles import DOSSIER
from application.gestes.copie import d_apres
from web.contenus import regarder
from web.formulaire.champs import ChampDeGeste
from web.formulaire.contenu import remplir
from web.formulaire.saisie import FormulaireRempli
from web.personne import Personne
from web.portes import Portes


def d_apres_un_dossier(
    portes: Portes, personne: Personne, champs: Iterable[ChampDeGeste], ref: str
) -> FormulaireRempli:
    """Return what that person may read of a request, typed in the form of a dépôt; refuse with ReferenceInconnue."""
    dossier = portes.services.trouver(DOSSIER.classe, ref)
    regard = regarder(portes, personne, dossier.ref, dossier.id, ("la demande", "le contact"))
    return remplir(champs, d_apres(dossier, regard.sur("la demande"), regard.sur("le contact")))

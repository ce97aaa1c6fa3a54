"""A value of a règlement applies from its first day to its last: what needs it is refused, and nothing offers it."""

import re

import pytest

from aggregates.dossier import Dossier
from application.choix import possibles
from application.commandes import FichierRecu
from dispositifs.reglement import ValeurPasEnVigueur
from tests.application.bureau import SQLITE_SUFFIT, Atelier, de, envoyer
from tests.moteur import EXEMPLES, GRILLE, un_depot

PLUS_TARD = re.compile(r"^(  (?:plancher_centimes|delai_pieces|delai_avis): .*depuis: )2026-01-01", re.MULTILINE)


def une_campagne(code: str, depuis: str) -> FichierRecu:
    """The example campagne, of which three values hold from another day."""
    texte = (EXEMPLES / "campagne.yaml").read_text(encoding="utf-8").replace("NQE-2026", code)
    return FichierRecu("campagne.yaml", PLUS_TARD.sub(rf"\g<1>{depuis}", texte).encode())


@SQLITE_SUFFIT
@pytest.mark.parametrize(
    ("depuis", "en_vigueur"),
    [
        ("2026-01-05", True),
        ("2026-01-06", False),
        ("2030-01-01", False),
        ("2026-01-01, jusqu_au: 2026-01-05", True),
        ("2026-01-01, jusqu_au: 2026-01-04", False),
    ],
)
def test_une_valeur_ne_s_applique_ni_avant_son_premier_jour_ni_apres_son_dernier(
    atelier: Atelier,
    depuis: str,
    en_vigueur: bool,  # noqa: FBT001
) -> None:
    services = atelier.services
    envoyer(services, "campagne ouvrir", de("admin"), fichier=une_campagne("NQE-2026-B", depuis))
    depot = un_depot()
    contenu = depot["depot"].contenu.replace(b'"NQE-2026"', b'"NQE-2026-B"')
    ref = envoyer(services, "dossier deposer", de(), **depot | {"depot": FichierRecu("depot.json", contenu)}).ref
    envoyer(services, "dossier verifier-pieces", de(), dossier=ref)
    envoyer(services, "dossier declarer-complet", de(), dossier=ref)
    envoyer(services, "dossier apprecier", de(), dossier=ref, appreciations=GRILLE)
    dossier = services.trouver(Dossier, ref)
    offerts = [len(possibles(services, liste, dossier, {})) for liste in ("delai_pieces", "delai_avis", "source_avis")]
    assert offerts == [en_vigueur] * 3
    if en_vigueur:
        envoyer(services, "dossier proposer", de(), dossier=ref)
        return
    avant = atelier.compte
    with pytest.raises(ValeurPasEnVigueur, match="plancher_centimes"):
        envoyer(services, "dossier proposer", de(), dossier=ref)
    assert (atelier.compte.faits, atelier.compte.textes) == (avant.faits, avant.textes)

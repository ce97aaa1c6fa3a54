"""Whole lives of the aggregates that may rest, and of a campagne: what is awaited holds, what wakes nobody changes nothing."""

import contextlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.agents import Agent
from aggregates.assemblee import Assemblee
from aggregates.campagne import Campagne
from aggregates.chrono import Chrono
from aggregates.registre import ESPECES
from aggregates.tiers import Tiers
from kernel.attentes import Role
from kernel.faits import FAITS
from kernel.refus import Refus
from tests.aggregates.fabrique import DEUX, JOUR, UN, id_du_texte, par
from tests.aggregates.proprietes import exiger_vie
from tests.aggregates.seance.fabrique import COMPOSITION
from tests.aggregates.test_campagne import ouverte
from tests.aggregates.test_tiers import PASSERELLES, coordonnees
from workflows.suivis import SANS_SUIVI

Geste = Callable[[Any, date], object]
GESTES: dict[type[Any], tuple[Geste, ...]] = {
    Agent: (
        lambda a, _: a.enregistrer("agt-1", [Role.INSTRUCTEUR]),
        lambda a, _: a.accorder(Role.FINANCE, id_du_texte("arrêté 1")),
        lambda a, _: a.accorder(Role.FINANCE, id_du_texte("arrêté 2")),
        lambda a, _: a.retirer(Role.FINANCE, id_du_texte("arrêté 3"), autre_administrateur=True),
        lambda a, le: a.sous(replace(a.contexte, habilitation="administrateur")).s_absenter(
            "rosa", le, le, id_du_texte("arrêté 4")
        ),
        lambda a, _: a.terminer_absence(),
        lambda a, le: a.revoquer_absence(le, id_du_texte("arrêté 5")),
        lambda a, _: a.retirer(Role.INSTRUCTEUR, id_du_texte("arrêté 6"), autre_administrateur=True),
        lambda a, _: a.oublier(UN),
        lambda a, _: a.constater_cle_detruite(),
    ),
    Assemblee: (
        lambda a, le: a.composer(COMPOSITION.model_copy(update={"depuis": le})),
        lambda a, le: a.composer(COMPOSITION.model_copy(update={"depuis": le, "president": "elu-02"})),
    ),
    Campagne: (
        lambda c, _: c.ouvrir(ouverte()),
        lambda c, _: c.ouvrir(ouverte(nature="reprise", reglement=None, ouvre_le=None, ferme_le=None)),
        lambda c, _: c.clore(),
    ),
    Chrono: (
        lambda c, _: c.attribuer("deliberation", 2026, UN),
        lambda c, _: c.attribuer("deliberation", 2026, DEUX),
        lambda c, _: c.attribuer("deliberation", 2027, DEUX),
    ),
    Tiers: (
        lambda t, _: t.enregistrer(PASSERELLES),
        lambda t, _: t.recevoir_demande(PASSERELLES, UN, meme=True),
        lambda t, _: t.corriger_identite(denomination="Les Passerelles 2 (exemple)", rna=None),
        lambda t, _: t.declarer_coordonnees(coordonnees(1)),
        lambda t, _: t.declarer_coordonnees(coordonnees(2)),
        lambda t, _: t.valider_coordonnees(lues=True),
        lambda t, _: t.oublier(UN),
        lambda t, _: t.constater_cle_detruite(),
    ),
}
PAS = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 20), st.sampled_from(["finance-1", "finance-2"])), max_size=12
)


@pytest.mark.parametrize("classe", GESTES, ids=lambda classe: str(classe.nom))
@given(pas=PAS)
def test_toute_vie_tient_ses_promesses(classe: type[Any], pas: list[tuple[int, int, str]]) -> None:
    agregat, gestes = classe(UN), GESTES[classe]
    for choix, apres, acteur in [(0, 0, "finance-1"), *pas]:
        le = JOUR + timedelta(days=apres)
        with contextlib.suppress(Refus):
            gestes[choix % len(gestes)](par(agregat, acteur, le), le)
    exiger_vie(agregat)


def test_les_faits_d_un_agregat_qui_n_attend_jamais_rien_ne_reveillent_personne() -> None:
    """They would only cost Temporal a look: whoever adds an attente to such a kind must think of them again."""
    for nom in SANS_SUIVI:
        assert ESPECES[nom].peut_reposer
        siens = [fait for topic, fait in FAITS.items() if topic.startswith(f"{nom}.")]
        assert siens
        assert not [fait.topic for fait in siens if fait.reveille]

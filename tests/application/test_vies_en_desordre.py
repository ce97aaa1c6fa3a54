"""Whatever the dates people give, no accepted life has two facts in an order that the law forbids (design §1.12)."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Final
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from application.commandes import Recu
from application.exports.attributions import exporter_scdl
from application.services import Services
from dispositifs.reglement import Reglement
from kernel.agregat import Agregat
from kernel.faits import Inscription
from kernel.instants import Effet, jour_de
from kernel.refus import Refus
from tests.application.seance import Region, installer_region
from tests.application.test_ordre_des_actes import agents, l_engagement, une_vie
from tests.epreuves import compte
from tests.moteur import ouvrir_store
from tests.ordre_legal import inversions

ESSAIS = 3
"""How many dates are tried for each act before it is done without one."""
CONCLUENT: Final = {"dossier proposer", "dossier declarer-irrecevable", "dossier classer-sans-suite"}
"""Gestes that wait for an answer to every motif."""


class AuHasard(Region):
    """A Région whose people first give any past date, a day or an instant; refused, they do it today."""

    def __init__(self, region: Region, rng: Random) -> None:
        super().__init__(region.services)
        self.rng, self.refusees = rng, 0

    def faire(self, nom: str, acteur: str, **options: Any) -> Recu:
        if nom in CONCLUENT:  # a request said to be sent before the opening has a motif
            for motif in self.dossier(options["dossier"]).motifs_sans_reponse:
                reponse = {"motif": motif.code, "objet": motif.objet, "sens": "leve", "justification": "vu"}
                super().faire("dossier repondre-motif", "ines", dossier=options["dossier"], **reponse)
        for _ in range(ESSAIS):
            try:
                return super().faire(nom, acteur, le=self._une_date(), **options)
            except Refus:
                self.refusees += 1
        return super().faire(nom, acteur, **options)

    def _une_date(self) -> Effet:
        """Return a day of the last weeks, or an hour of one, more often a recent one."""
        maintenant = self.services.maintenant()
        jours = self.rng.choice((0, 0, 1, 3, 10, 40, 200))
        le = maintenant - timedelta(days=self.rng.randint(0, jours), minutes=self.rng.randint(0, 600))
        return jour_de(le) if self.rng.random() < 0.6 else le


def scdl(services: Services) -> list[dict[str, str]]:
    """Return the rows published of the awards."""
    sortie = io.StringIO()
    exporter_scdl(services, sortie=sortie, notification_ue=False)
    return list(csv.DictReader(io.StringIO(sortie.getvalue())))


VIES: Final = ((agents, une_vie), (l_engagement,))


def vivre(
    rng: Random, vies: Sequence[Sequence[Callable[[Any], object]]] = VIES
) -> tuple[list[list[Inscription]], list[dict[str, str]], int]:
    """Live two lives; return their streams, the awards they publish, and how many dates were refused."""
    flux, publiees, refusees = [], [], 0
    for actes in vies:
        with TemporaryDirectory() as dossier, ouvrir_store(Path(dossier), repetition=True) as (services, _):
            vie: Any = AuHasard(installer_region(services), rng)
            for acte in actes:
                acte(vie)
            flux += list(services.store.flux_par_flux())
            publiees += scdl(services)
            refusees += vie.refusees
    return flux, publiees, refusees


@settings(max_examples=compte(6, 200), deadline=None)
@given(graine=st.integers(0, 2**32))
def test_aucune_vie_acceptee_n_a_deux_faits_dans_un_ordre_que_la_loi_interdit(graine: int) -> None:
    flux, publiees, refusees = vivre(Random(graine))
    assert [dite for un in flux for dite in inversions(un)] == []
    assert refusees, "no date was impossible"
    assert publiees
    for ligne in publiees:
        assert ligne["dateConvention"] <= min(ligne["datesPeriodeVersement"].split("/")), ligne


def test_sans_jalon_la_table_voit_ce_que_la_loi_interdit() -> None:
    """The table owes nothing to the code that decides: without its milestones, the same lives are seen in disorder."""
    with (
        patch.object(Agregat, "exiger_apres", lambda *_, **__: None),
        patch.object(Reglement, "exiger_en_vigueur", lambda *_: None),  # the first day of a value is one of them
    ):
        # a role taken back before it was given is still held: no life goes on from there
        vecus = [vivre(Random(graine), ((une_vie,), (l_engagement,))) for graine in (2, 4)]
    vus = {dite.partition(" of ")[0] for flux, _, _ in vecus for un in flux for dite in inversions(un)}
    assert {"dossier.vise", "subvention.paiement_constate", "deliberation.transmise"} <= vus

"""Everything people hold a number of is found by it, on each engine; what is no number is searched as words."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bootstrap.lectures import Lectures
from kernel.montants import en_euros
from readmodels.file.recherche import chercher, par_mots
from readmodels.file.schema import tables
from tests.application.argent import ref_bordereau, subvention
from tests.application.bureau import Atelier
from tests.application.seance import ENVELOPPE, SEANCE
from tests.application.vecue import campagne_vecue


def trouves(lectures: Lectures, texte: str) -> list[tuple[str, str]]:
    lu = chercher(lectures, texte)
    return [(groupe["espece"], ligne["ref"]) for groupe in lu["especes"] for ligne in groupe["lignes"]]


def test_chaque_numero_que_les_gens_ont_mene_a_ce_qu_il_nomme(atelier: Atelier, tmp_path: Path) -> None:
    with campagne_vecue(atelier, tmp_path) as (region, lectures):
        dossier, rapport = region.dossiers[0], region.rapports[0]
        siret, acte = region.dossier(dossier).siret, region.deliberation(rapport).numero
        assert siret is not None
        assert acte is not None
        bordereau = ref_bordereau(region, dossier)
        for dit, attendu in {
            dossier: ("dossier", dossier),
            f" {dossier.lower()} ": ("dossier", dossier),
            f"SUB-{dossier}": ("subvention", f"SUB-{dossier}"),
            rapport: ("deliberation", rapport),
            acte: ("deliberation", rapport),
            bordereau.lower(): ("bordereau", bordereau),
            ENVELOPPE: ("enveloppe", ENVELOPPE),
            SEANCE: ("seance", SEANCE),
            "NQE-2026": ("campagne", "NQE-2026"),
        }.items():
            assert trouves(lectures, dit) == [attendu], dit
            assert chercher(lectures, dit)["exact"]
        en_groupes = f"{siret[:3]} {siret[3:6]} {siret[6:9]}\u00a0{siret[9:]}"
        for dit in (siret, en_groupes):
            assert trouves(lectures, dit) == [("dossier", dossier), ("tiers", siret)]
        verse = subvention(region, dossier).paye_centimes
        for dit in (en_euros(verse), f"{verse // 100},{verse % 100:02d}", f"{verse // 100} €"):
            assert {espece for espece, _ in trouves(lectures, dit)} >= {"subvention", "bordereau"}, dit
        assert trouves(lectures, "7 112,01") == []
        assert trouves(lectures, "") == []
        assert trouves(lectures, "fanny") == [], "agents are people, not results"


def test_des_mots_trouvent_chaque_espece_et_se_lisent_page_par_page(atelier: Atelier, tmp_path: Path) -> None:
    with campagne_vecue(atelier, tmp_path) as (region, lectures):
        lu = chercher(lectures, "passerelles", par_espece=2)
        totaux = {groupe["espece"]: groupe["total"] for groupe in lu["especes"]}
        assert (totaux, lu["exact"]) == ({"dossier": 4, "tiers": 4, "subvention": 3}, False)
        vus: list[Any] = []
        apres: str | None = ""
        while apres is not None:
            (groupe,) = chercher(lectures, "passerelles", espece="dossier", par_espece=3, apres=apres)["especes"]
            vus += [ligne["ref"] for ligne in groupe["lignes"]]
            apres = groupe["suivant"]
        assert vus == sorted(region.dossiers)
        assert trouves(lectures, "2026") != [], "a year is words before it is an amount"


def test_sqlite_cherche_les_mots_dans_un_index_sans_ouvrir_les_lignes() -> None:
    meta, base = tables("essai"), sa.create_engine("sqlite://")
    meta.create_all(base)
    a = meta.tables["file_agregats_essai"]
    requete = sa.select(sa.func.count()).where(a.c.agregat == "dossier", *par_mots(a, "passerelles 12"))
    with base.connect() as connexion:
        texte = requete.compile(base, compile_kwargs={"literal_binds": True})
        (plan,) = connexion.execute(sa.text(f"EXPLAIN QUERY PLAN {texte}")).all()
    assert "COVERING INDEX ix_file_agregats_essai_mots" in plan[3]

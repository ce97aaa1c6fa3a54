"""Folding: what was true at a date, as it was known at an instant; corrections; contexts."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.agregat import Agregat, ParEtats, plier
from kernel.faits import Contexte, DateCorrigee, Entete, Fait, Inscription, Jalon, Noms
from kernel.illisible import SUJET_INCONNU, FaitIllisible, Illisible
from kernel.instants import Effet, debut_de_jour, fin_de_jour
from kernel.refus import AvantLeJalon, GesteImpossible


class FaitCarnet(Fait["Carnet"]):
    """A fact of a notebook."""


class Note(FaitCarnet, topic="essai.note.v1"):
    """A number was noted."""

    nombre: int

    def appliquer(self, agregat: "Carnet", entete: Entete) -> None:
        agregat.notes[entete.version] = self.nombre

    def phrase(self, noms: Noms) -> str:
        return f"{self.nombre} noté."


class DateDeNoteCorrigee(DateCorrigee, topic="essai.date_corrigee.v1"):
    """The date of a note was wrong."""

    def phrase(self, noms: Noms) -> str:
        return f"Date corrigée : {self.au}."


@dataclass(eq=False)
class Carnet(Agregat):
    """Keeps what was noted, by version."""

    nom: ClassVar[str] = "carnet"
    notes: dict[int, int] = field(default_factory=dict)

    def noter(self, nombre: int, *, corrige: int | None = None) -> None:
        self.survient(Note(nombre=nombre), corrige=corrige)


LUNDI = date(2026, 3, 2)
ID = UUID(int=1)
SU = datetime(2026, 3, 10, 12, tzinfo=UTC)


def contexte(le: Effet = LUNDI, acteur: str = "agt-1") -> Contexte:
    return Contexte(acteur=acteur, commande_id=uuid4(), effectif_le=le, maintenant=SU)


def carnet(*notes: tuple[int, Effet, int | None]) -> Carnet:
    """Return a notebook whose facts were recorded one hour after the other."""
    lu = Carnet(ID)
    for nombre, le, corrige in notes:
        lu.sous(contexte(le)).noter(nombre, corrige=corrige)
    return lu


def stockees(carnet: Carnet) -> list[Inscription]:
    return [
        i._replace(position=i.entete.version, enregistre_le=SU + timedelta(hours=i.entete.version))
        for i in carnet.inscriptions
    ]


def valeurs(
    inscriptions: list[Inscription], au: Effet | None = None, connu_au: datetime | None = None
) -> tuple[list[int], int]:
    lu = plier(Carnet, ID, inscriptions, au=au, connu_au=connu_au)
    return list(lu.notes.values()), lu.version


def test_un_fait_est_estampille_du_contexte_de_sa_commande() -> None:
    lu = Carnet(ID)
    assert not lu.existe
    envoi = replace(contexte(), habilitation="instructeur", cause=UUID(int=3), lot="lot", pilote="cli")
    lu.sous(envoi).noter(1)
    (inscription,) = lu.collect_events()
    entete = inscription.entete
    assert (entete.agregat, entete.id, entete.version, entete.effectif_le) == ("carnet", ID, 1, LUNDI)
    assert (entete.acteur, entete.habilitation, entete.commande_id) == ("agt-1", "instructeur", envoi.commande_id)
    assert (entete.cause, entete.lot, entete.pilote, entete.corrige) == (UUID(int=3), "lot", "cli", None)
    assert (inscription.originator_id, inscription.originator_version) == (ID, 1)
    assert (lu.existe, lu.version, lu.collect_events()) == (True, 1, [])


def test_une_decision_sans_contexte_est_notre_faute() -> None:
    with pytest.raises(RuntimeError):
        Carnet(ID).noter(1)


MIDI = datetime(2026, 3, 2, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("le", "jalon", "accepte"),
    [
        (LUNDI, LUNDI, True),
        (LUNDI, MIDI, True),
        (MIDI, LUNDI, True),
        (MIDI, MIDI, True),
        (MIDI - timedelta(minutes=1), MIDI, False),
        (LUNDI - timedelta(days=1), LUNDI, False),
        (LUNDI, fin_de_jour(LUNDI), False),
        (MIDI, Jalon(1, debut_de_jour(LUNDI)), True),
        (LUNDI, Jalon(1, debut_de_jour(LUNDI + timedelta(days=1))), False),
        (LUNDI, None, True),
    ],
)
def test_un_acte_suit_son_jalon_d_un_jour_on_ne_sait_que_les_heures(
    le: Effet, jalon: Jalon | Effet | None, *, accepte: bool
) -> None:
    lu = Carnet(ID).sous(contexte(le))
    if accepte:
        lu.exiger_apres("le dépôt", jalon)
    else:
        with pytest.raises(AvantLeJalon):
            lu.exiger_apres("le dépôt", jalon)


def test_le_refus_dit_les_deux_dates() -> None:
    with pytest.raises(AvantLeJalon) as refus:
        Carnet(ID).sous(contexte(LUNDI)).exiger_apres("le dépôt", date(2026, 3, 10))
    assert "02/03/2026 précède le dépôt, du 10/03/2026" in refus.value.message
    assert refus.value.champs == {"le": "2026-03-02", "jalon": "le dépôt", "jalon_le": "2026-03-10"}


def test_sans_au_tout_fait_enregistre_compte_meme_futur() -> None:
    assert valeurs(stockees(carnet((1, LUNDI, None), (2, date(2090, 1, 1), None)))) == ([1, 2], 2)


def test_une_date_veut_dire_sa_fin_a_paris() -> None:
    inscriptions = stockees(carnet((1, LUNDI, None), (2, fin_de_jour(LUNDI), None), (3, date(2026, 3, 3), None)))
    assert valeurs(inscriptions, au=date(2026, 3, 1))[0] == []
    assert valeurs(inscriptions, au=LUNDI)[0] == [1, 2]
    assert valeurs(inscriptions, au=fin_de_jour(LUNDI) - timedelta(microseconds=1))[0] == []
    assert valeurs(inscriptions, au=date(2026, 3, 3))[0] == [1, 2, 3]


def test_un_instant_ne_vaut_pas_toute_sa_journee() -> None:
    midi = debut_de_jour(LUNDI) + timedelta(hours=12)
    inscriptions = stockees(carnet((1, midi, None)))
    assert valeurs(inscriptions, au=midi - timedelta(seconds=1))[0] == []
    assert valeurs(inscriptions, au=midi)[0] == [1]


def test_ce_qui_s_est_su_plus_tard_ne_compte_pas() -> None:
    inscriptions = stockees(carnet((1, LUNDI, None), (2, LUNDI, None)))
    assert valeurs(inscriptions, connu_au=SU) == ([], 0)
    assert valeurs(inscriptions, connu_au=SU + timedelta(hours=1)) == ([1], 1)
    assert valeurs(inscriptions, connu_au=SU + timedelta(hours=2)) == ([1, 2], 2)


def test_un_fait_corrige_ne_disparait_que_lorsque_sa_correction_est_connue() -> None:
    inscriptions = stockees(carnet((1, LUNDI, None), (2, LUNDI, None), (10, LUNDI, 1)))
    assert valeurs(inscriptions, connu_au=SU + timedelta(hours=2))[0] == [1, 2]
    assert valeurs(inscriptions, connu_au=SU + timedelta(hours=3)) == ([2, 10], 3)


def test_une_correction_effective_plus_tard_efface_deja_ce_qu_elle_corrige() -> None:
    inscriptions = stockees(carnet((1, LUNDI, None), (10, date(2026, 4, 1), 1)))
    assert valeurs(inscriptions, au=LUNDI) == ([], 2)


def test_un_fait_jamais_stocke_n_est_connu_a_aucun_instant() -> None:
    assert valeurs(carnet((1, LUNDI, None)).inscriptions, connu_au=SU + timedelta(days=9)) == ([], 0)


def test_une_correction_replie_le_flux_et_garde_ce_que_la_commande_ajoute() -> None:
    lu = carnet((1, LUNDI, None), (2, LUNDI, None))
    lu.collect_events()
    lu.sous(contexte(acteur="agt-2")).noter(10, corrige=1)
    assert (lu.notes, lu.version, lu.contexte.acteur) == ({2: 2, 3: 10}, 3, "agt-2")
    assert [i.entete.version for i in lu.collect_events()] == [3]


EFFETS = st.one_of(
    st.dates(date(2026, 1, 1), date(2026, 1, 9)),
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 1, 9), timezones=st.just(UTC)),  # noqa: DTZ001
)
NOTES = st.lists(st.tuples(st.integers(0, 9), EFFETS, st.one_of(st.none(), st.integers(1, 8))), max_size=8)


@given(notes=NOTES, au=st.one_of(st.none(), EFFETS), heures=st.integers(0, 9))
def test_le_repli_dit_ce_que_dit_sa_definition(
    notes: list[tuple[int, Effet, int | None]], au: Effet | None, heures: int
) -> None:
    """Checked against the three sentences of design §1.7, written plainly."""
    legales = [(n, le, c if c is not None and c <= rang else None) for rang, (n, le, c) in enumerate(notes)]
    lu = carnet(*legales)
    assert lu.notes == plier(Carnet, ID, lu.inscriptions).notes
    connu_au = SU + timedelta(hours=heures)
    connus = [i for i in stockees(lu) if i.enregistre_le is not None and i.enregistre_le <= connu_au]
    corriges = {i.entete.corrige for i in connus}
    attendu = {}
    for i in connus:
        le = i.entete.effectif_le
        fin = le if isinstance(le, datetime) else fin_de_jour(le)
        limite = au if au is None or isinstance(au, datetime) else fin_de_jour(au)
        if i.entete.version not in corriges and (limite is None or fin <= limite):
            attendu[i.entete.version] = legales[i.entete.version - 1][0]
    plie = plier(Carnet, ID, stockees(lu), au=au, connu_au=connu_au)
    assert (plie.notes, plie.version) == (attendu, len(connus))
    assert [i.entete.version for i in plie.inscriptions] == [i.entete.version for i in connus]


@given(notes=NOTES, coupe=st.integers(0, 9))
def test_poursuivre_un_repli_dit_ce_que_dit_le_repli_entier(
    notes: list[tuple[int, Effet, int | None]], coupe: int
) -> None:
    legales = [(n, le, c if c is not None and c <= rang else None) for rang, (n, le, c) in enumerate(notes)]
    inscriptions = stockees(carnet(*legales))
    lu = plier(Carnet, ID, inscriptions[:coupe])
    lu.poursuivre(inscriptions[max(0, coupe - 1) :])  # the last one known comes again: it counts once
    entier = plier(Carnet, ID, inscriptions)
    assert (lu.notes, lu.version, lu.inscriptions) == (entier.notes, entier.version, entier.inscriptions)
    assert lu.collect_events() == []


class Feu(StrEnum):
    """What a light shows."""

    ROUGE = "rouge"
    VERT = "vert"


class Passage(Fait["Carrefour"], topic="essai.passage.v1"):
    """The light turned green."""

    def appliquer(self, agregat: "Carrefour", entete: Entete) -> None:
        agregat.passer(Feu.VERT, entete)

    def phrase(self, noms: Noms) -> str:
        return "Feu vert."


@dataclass(eq=False)
class Carrefour(ParEtats[Feu]):
    """A light, red until a fact."""

    nom: ClassVar[str] = "carrefour"
    designation: ClassVar[str] = "le carrefour"
    ref: str = "C-1"
    etat: Feu = Feu.ROUGE
    jalon: Jalon | None = None


def test_un_agregat_par_etats_sait_depuis_quel_fait_et_refuse_hors_des_etats_voulus() -> None:
    lu = Carrefour(ID).sous(contexte())
    with pytest.raises(GesteImpossible) as refus:
        lu.exiger("traverser", Feu.VERT)
    assert refus.value.message == "« traverser » est impossible : le carrefour C-1 est à l’état « rouge »."
    assert refus.value.champs == {"geste": "traverser", "etat": "rouge"}
    lu.survient(Passage())
    lu.exiger("traverser", Feu.VERT)
    assert (lu.etat, lu.jalon) == (Feu.VERT, Jalon(1, debut_de_jour(LUNDI)))


def test_un_agregat_sans_etat_dit_seulement_pourquoi() -> None:
    refus = carnet().impossible("noter", "le carnet est plein", pages=10)
    assert refus.champs == {"geste": "noter", "pages": 10}


def test_un_fait_illisible_dont_la_date_fut_corrigee_est_refuse_comme_les_autres() -> None:
    """A program that went back reads the correction, and not the fact (simulator, seed 583)."""
    lu = carnet((1, LUNDI, None))
    lu.sous(contexte()).survient(DateDeNoteCorrigee(au=LUNDI), corrige=1)
    note, corrigee = lu.inscriptions
    illisible = note._replace(fait=Illisible(Note.topic, SUJET_INCONNU))  # type: ignore[arg-type]  # in the place of one
    with pytest.raises(FaitIllisible):
        plier(Carnet, ID, [illisible, corrigee])

"""The clock of a store: the jump that a person accepts, and no other."""

from datetime import timedelta

from aggregates.horloge import Horloge
from kernel.instants import debut_de_jour
from kernel.refus import AvantLeJalon, GesteImpossible
from tests.aggregates.fabrique import JOUR, UN, par, topics, verifie_refus

TETE = debut_de_jour(JOUR)
REVEIL, SAUT = TETE + timedelta(days=90), timedelta(days=31)


def test_un_saut_s_accepte_apres_le_dernier_enregistrement() -> None:
    horloge = par(Horloge(UN), "admin", REVEIL)
    with verifie_refus(horloge, GesteImpossible):
        horloge.accepter(TETE, TETE + SAUT, SAUT, UN)
    with verifie_refus(par(horloge, "admin", JOUR - timedelta(days=1)), AvantLeJalon):
        horloge.accepter(TETE, REVEIL, SAUT, UN)
    par(horloge, "admin", REVEIL).accepter(TETE, REVEIL, SAUT, UN)
    assert topics(horloge) == ["horloge.saut_accepte.v1"]

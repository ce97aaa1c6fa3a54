"""Every geste a door offers, for the tests that go over them all."""

from application.gestes.recueil import CHAPITRES, gestes_de

GESTES = tuple(geste for agregat in CHAPITRES for geste in gestes_de(agregat))

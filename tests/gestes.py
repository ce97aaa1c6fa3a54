"""Every geste a door offers, for the tests that go over them all; and which command wrote a fact."""

from application.commandes import Appel
from application.gestes.recueil import tous
from kernel.faits import Entete
from kernel.identifiants import CleDeCommande

GESTES = tous()


def cle_de(entete: Entete) -> CleDeCommande:
    """Return what finds the receipt of the command that wrote a fact, when nobody derived it from another."""
    return Appel(acteur=entete.acteur, commande_id=entete.commande_id).cle

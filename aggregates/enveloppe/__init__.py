"""The credits of one dispositif for one exercice and one section: voted, reserved, engaged, never below zero."""

from aggregates.enveloppe.credits import Credits
from aggregates.enveloppe.engagement import Engagements, attentes
from aggregates.enveloppe.etat import LigneEngagee, Section, reference_enveloppe

__all__ = ["Enveloppe", "LigneEngagee", "Section", "attentes", "reference_enveloppe"]


class Enveloppe(Credits, Engagements):
    """The credits of one dispositif, one exercice and one section: voted − reserved − engaged is never below zero."""

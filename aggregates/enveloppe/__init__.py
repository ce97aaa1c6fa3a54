"""The credits of one dispositif for one exercice and one section: voted, reserved, engaged, never below zero."""

from aggregates.enveloppe.attentes import attentes
from aggregates.enveloppe.decisions import Enveloppe
from aggregates.enveloppe.etat import LigneEngagee, Section, reference_enveloppe

__all__ = ["Enveloppe", "LigneEngagee", "Section", "attentes", "reference_enveloppe"]

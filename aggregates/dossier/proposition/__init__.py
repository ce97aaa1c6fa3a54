"""From the complete dossier to a visa: amount computed from the règlement, four eyes."""

"""A dossier that began elsewhere: taken over at its step, its source cited, nothing invented."""

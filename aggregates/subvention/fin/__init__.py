"""The solde or the renunciation, and what follows on the enveloppe and the dossier."""

"""From the choice of the dossiers to their inscription on the agenda."""

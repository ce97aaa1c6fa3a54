"""From the dépôt to the accusé de réception, and the applicant's withdrawal."""

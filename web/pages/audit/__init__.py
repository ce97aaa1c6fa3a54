"""The pages of the auditor. They never open the coffre: what was typed is read on the page of its dossier, and noted there."""

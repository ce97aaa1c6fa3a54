"""Commands and their handlers, the store port, habilitations and consultations of the past."""

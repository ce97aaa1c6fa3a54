"""The reading half of `diligence reprendre`: from the records of a foreign file to clean, typed rows or rejects."""

"""What leaves the system: which columns, and why an award or an order is set aside. Pure; the adapters write files."""

"""What is particular to one EspoCRM: its entity types, its zone, its people."""

"""What a record is made of: the fields of an entity type, who takes part, and what a title may hold. Pure."""

"""Writing to EspoCRM: what each kind of write takes to be carried out once."""

"""Writing to Outlook: what each kind of write takes to be carried out once."""

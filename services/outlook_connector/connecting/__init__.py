"""How a mailbox is connected: consent, the grant that comes of it, and what there is to choose from."""

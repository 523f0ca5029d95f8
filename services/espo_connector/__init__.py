"""Everything EspoCRM: webhooks, sweeps, people, writes, and the translation between records and events."""

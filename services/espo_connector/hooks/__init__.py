"""EspoCRM's webhooks: having it send them, and knowing that it did."""

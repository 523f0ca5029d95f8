"""People sign in to our pages with their EspoCRM account."""

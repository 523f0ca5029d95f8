"""Records at rest and the rules of writing, linking and showing them."""

"""What this machine gives without the product: the same bytes, calls and rows with nothing but the bare client around them."""

"""What entities look like: their fields, and the attributes that an answer shows."""

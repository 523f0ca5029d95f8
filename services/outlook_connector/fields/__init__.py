"""What an event is made of: its guests, its text, its moments. Pure."""

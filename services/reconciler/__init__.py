"""Owns Postgres and the conflict rules; decides what each side should be told."""

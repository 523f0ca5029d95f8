"""Whether Microsoft is set up for us, and what to mend where it is not."""

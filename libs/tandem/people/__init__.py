"""The people of the sandbox: who they are, and how each of them reads and writes a calendar on either side."""

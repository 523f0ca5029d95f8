"""The command line: runs the whole product locally, drives it as people would, and lets an operator look and act."""

"""Pages that are made from the code: settings, topics, messages, commands. A page written by hand about these is soon untrue."""

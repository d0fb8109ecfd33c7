"""The commands: each module is one command, a few lines around the stages of the program."""

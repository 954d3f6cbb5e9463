"""What the program is about, in pure terms: standard library only, no I/O, no clock of its own."""

"""What a shift is: its hours, what happens during it, and who is on. Pure; no I/O and no clock of its own."""

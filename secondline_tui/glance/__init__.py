"""What a status bar shows, from the file that a running instance keeps. Imports next to nothing: bars ask often."""

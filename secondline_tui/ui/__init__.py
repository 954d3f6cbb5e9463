"""The screens. They draw the board; they fetch and parse nothing."""

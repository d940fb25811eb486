"""Tools of the book's authors: tasks, and notebooks kept normal."""

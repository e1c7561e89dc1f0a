"""The tables of a programme (chương trình): values, loader, lint."""

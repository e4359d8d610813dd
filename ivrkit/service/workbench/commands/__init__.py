"""The commands of the workbench, one per file: the name, the usage and the help stand with what
the command does."""

"""The command line: one command per file, no logic. What a command does is a service's business;
here are arguments, exit statuses and what is printed."""

"""Functions of the project's ``plugins/`` folder: where they are, what they take and give, and how
they are run. What is in here serves a worker process as well as the engine."""

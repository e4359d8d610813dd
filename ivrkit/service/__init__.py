"""The only place where everything is wired: configuration, flows in service, supervision, API.

A room above brings its settings model and its service; here they are made, joined, started and
stopped. No rule of the language, of prompts or of Asterisk stands here.
"""

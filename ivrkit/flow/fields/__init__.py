"""The readings: what a field's annotation names, one per file. Adding one is adding a file here.

A reading turns a node of YAML into the value its field means, or tells what is wrong at its
place. It knows no verb.
"""

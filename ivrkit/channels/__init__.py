"""How a call is carried: one room per carrier, with the same file names in each.

The rooms do not know each other, and none of them holds a rule of the language.
"""

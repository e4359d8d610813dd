"""ivrkit: telephone self-service on your own Asterisk.

The rooms of the house, each importing only from those above it (``tests/test_house.py`` keeps
it so): ``errors`` · ``expressions`` and ``input`` · ``call`` · ``flow`` · ``store`` ·
``steps``, ``prompts``, ``handoff`` … · ``engine`` and ``channels`` · ``testing`` and ``qa`` ·
``service`` · ``cli``. Each folder's docstring states its rule.
"""

__version__ = "0.1.0"

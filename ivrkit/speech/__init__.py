"""Speech into words: where it begins and ends, and what was said.

Rule: the loop only hands audio on; understanding happens on threads of a bounded pool or in worker
processes. Of the audio nothing is kept and nothing is logged, and of what was said nothing either.
What fails is told to the question, which goes on with keys.
"""

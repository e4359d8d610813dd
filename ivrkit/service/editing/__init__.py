"""The language server: what an editor shows and does while a flow is written.

Each feature is a function in a file of its own, from a text and a place to data; ``server`` alone
speaks the protocol (pygls, the extra ``lsp``) and keeps the work off the loop that reads it. What
is at the cursor is found by looking at the text, which is hardly ever right while one types; what
may stand there is asked of the schema (:mod:`ivrkit.flow.shapes`), so that whatever a verb or a
part brings is offered without a word here; what names exist is asked of the flow as far as it can
be read (:mod:`ivrkit.service.editing.outline`).
"""

"""What callers say, as values: the say rules of a language read backwards. Pure; nothing is heard
here, and no vocabulary of a language stands here."""

; Prose: no strings, and comments are blocks of HTML.
((html_block) @comment (#text-matches? @comment "^<!--"))

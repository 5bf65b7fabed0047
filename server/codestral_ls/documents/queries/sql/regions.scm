(comment) @comment
(marginalia) @comment
((literal) @string (#text-matches? @string "^'"))

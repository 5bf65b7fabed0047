(comment) @comment
(expandable_string_literal) @string
(expandable_here_string_literal) @string
(verbatim_string_characters) @string
(verbatim_here_string_characters) @string
(sub_expression) @code

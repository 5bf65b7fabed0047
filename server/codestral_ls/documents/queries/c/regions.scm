(comment) @comment
(string_literal) @string
(system_lib_string) @string
(char_literal) @string

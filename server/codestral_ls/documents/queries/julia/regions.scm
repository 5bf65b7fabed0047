(line_comment) @comment
(block_comment) @comment
(string_literal) @string
(prefixed_string_literal) @string
(command_literal) @string
(character_literal) @string
(string_interpolation) @code

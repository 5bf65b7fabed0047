(comment) @comment
(string) @string
(quoted_string) @string
(character) @string

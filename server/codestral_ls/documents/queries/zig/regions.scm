(comment) @comment
(string) @string
(multiline_string) @string.inner
(character) @string

(comment) @comment
(string) @string
(charlist) @string
(sigil) @string
(interpolation) @code

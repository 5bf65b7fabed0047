(comment) @comment
(haddock) @comment
(string) @string
(char) @string

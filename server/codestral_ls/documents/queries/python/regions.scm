; Regions: @comment, @string, @string.inner (a node without marks of its own), @code for code inside a string.
(comment) @comment
(string) @string
(interpolation) @code

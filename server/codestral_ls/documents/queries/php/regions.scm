(comment) @comment
(string) @string
(encapsed_string) @string
(heredoc_body) @string.inner
(nowdoc_body) @string.inner

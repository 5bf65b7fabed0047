(comment) @comment
(string) @string
(raw_string) @string
(ansi_c_string) @string
(heredoc_body) @string.inner
(command_substitution) @code
(expansion) @code

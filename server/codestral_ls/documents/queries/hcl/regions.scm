(comment) @comment
(string_lit) @string
(quoted_template) @string
(heredoc_template) @string.inner
(template_interpolation) @code

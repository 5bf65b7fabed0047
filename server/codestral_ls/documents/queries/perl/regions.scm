(comment) @comment
(pod) @comment
(string_literal) @string
(interpolated_string_literal) @string
(quoted_regexp) @string
(match_regexp) @string
(heredoc_content) @string.inner

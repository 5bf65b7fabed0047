(comment) @comment
(double_quoted_string) @string
(single_quoted_string) @string
(json_string) @string

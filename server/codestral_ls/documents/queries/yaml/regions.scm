(comment) @comment
(single_quote_scalar) @string
(double_quote_scalar) @string
(block_scalar) @string.inner

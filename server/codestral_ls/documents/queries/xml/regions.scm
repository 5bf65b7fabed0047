(Comment) @comment
(AttValue) @string

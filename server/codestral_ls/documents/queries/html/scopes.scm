; @head ends where the body begins, in languages whose body has no node.
(element (start_tag (tag_name) @name) @head) @scope.block
(script_element (start_tag (tag_name) @name) @head) @scope.block
(style_element (start_tag (tag_name) @name) @head) @scope.block

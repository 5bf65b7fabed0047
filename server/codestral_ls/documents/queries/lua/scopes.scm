(function_declaration name: (_) @name) @scope.function
(function_definition) @scope.function
(if_statement) @scope.block
(elseif_statement) @scope.block
(else_statement) @scope.block
(for_statement) @scope.block
(while_statement) @scope.block
(repeat_statement) @scope.block
(do_statement) @scope.block
(table_constructor) @scope.block

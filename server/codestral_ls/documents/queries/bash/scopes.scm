(function_definition name: (_) @name body: (_) @body) @scope.function
(if_statement) @scope.block
(elif_clause) @scope.block
(else_clause) @scope.block
(case_statement) @scope.block
(case_item) @scope.block
(do_group) @scope.block
(compound_statement) @scope.block
(subshell) @scope.block

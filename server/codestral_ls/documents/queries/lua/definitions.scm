(function_declaration name: (method_index_expression method: (_) @name) body: (_)? @body) @definition.method
(function_declaration name: (dot_index_expression field: (_) @name) body: (_)? @body) @definition.function
(function_declaration name: (identifier) @name body: (_)? @body) @definition.function
(assignment_statement
  (variable_list name: (identifier) @name)
  (expression_list value: (function_definition body: (_)? @body))) @definition.function
(chunk (variable_declaration (assignment_statement (variable_list name: (identifier) @name))) @definition.variable)
(chunk (assignment_statement (variable_list name: (_) @name)) @definition.variable)

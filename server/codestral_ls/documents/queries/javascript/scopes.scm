(function_declaration name: (_) @name body: (_) @body) @scope.function
(generator_function_declaration name: (_) @name body: (_) @body) @scope.function
(function_expression name: (_)? @name body: (_) @body) @scope.function
(generator_function name: (_)? @name body: (_) @body) @scope.function
(method_definition name: (_) @name body: (_) @body) @scope.method
(variable_declarator name: (identifier) @name value: (arrow_function body: (_) @body)) @scope.function
(arrow_function body: (_) @body) @scope.function
(class_declaration name: (_) @name body: (_) @body) @scope.class
(class name: (_)? @name body: (_) @body) @scope.class
(statement_block) @scope.block
(switch_body) @scope.block
(object) @scope.block

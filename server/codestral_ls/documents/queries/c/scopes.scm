(function_definition
  declarator: (function_declarator declarator: (_) @name) body: (_) @body) @scope.function
(function_definition
  declarator: (_ declarator: (function_declarator declarator: (_) @name)) body: (_) @body) @scope.function
(struct_specifier name: (_)? @name body: (_) @body) @scope.class
(union_specifier name: (_)? @name body: (_) @body) @scope.class
(enum_specifier name: (_)? @name body: (_) @body) @scope.class
(compound_statement) @scope.block
(initializer_list) @scope.block
(case_statement) @scope.block

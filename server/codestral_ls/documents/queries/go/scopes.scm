(function_declaration name: (_) @name body: (_) @body) @scope.function
(method_declaration name: (_) @name body: (_) @body) @scope.method
(func_literal body: (_) @body) @scope.function
(type_spec name: (_) @name type: (struct_type (field_declaration_list) @body)) @scope.class
(type_spec name: (_) @name type: (interface_type) @body) @scope.class
(block) @scope.block
(literal_value) @scope.block
(expression_switch_statement) @scope.block
(type_switch_statement) @scope.block
(select_statement) @scope.block
(expression_case) @scope.block
(default_case) @scope.block

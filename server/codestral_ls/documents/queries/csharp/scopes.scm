(method_declaration name: (_) @name body: (_) @body) @scope.method
(constructor_declaration name: (_) @name body: (_) @body) @scope.method
(destructor_declaration name: (_) @name body: (_) @body) @scope.method
(operator_declaration body: (_) @body) @scope.method
(local_function_statement name: (_) @name body: (_) @body) @scope.function
(lambda_expression body: (block) @body) @scope.function
(anonymous_method_expression (block) @body) @scope.function
(property_declaration name: (_) @name accessors: (_) @body) @scope.method
(class_declaration name: (_) @name body: (_) @body) @scope.class
(interface_declaration name: (_) @name body: (_) @body) @scope.class
(struct_declaration name: (_) @name body: (_) @body) @scope.class
(enum_declaration name: (_) @name body: (_) @body) @scope.class
(record_declaration name: (_) @name body: (_) @body) @scope.class
(namespace_declaration name: (_) @name body: (_) @body) @scope.class
(block) @scope.block
(switch_body) @scope.block
(initializer_expression) @scope.block

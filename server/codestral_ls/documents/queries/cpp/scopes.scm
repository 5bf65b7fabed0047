; inherits: c
(class_specifier name: (_)? @name body: (_) @body) @scope.class
(namespace_definition name: (_)? @name body: (_) @body) @scope.class
(lambda_expression body: (_) @body) @scope.function

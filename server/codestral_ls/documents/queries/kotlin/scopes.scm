(function_declaration name: (_) @name (function_body) @body) @scope.function
(secondary_constructor (block) @body) @scope.method
(anonymous_initializer (block) @body) @scope.method
(anonymous_function) @scope.function
(lambda_literal) @scope.function
(class_declaration name: (_) @name [(class_body) (enum_class_body)] @body) @scope.class
(object_declaration name: (_) @name (class_body) @body) @scope.class
(companion_object (class_body) @body) @scope.class
(object_literal (class_body) @body) @scope.class
(when_expression) @scope.block
(block) @scope.block

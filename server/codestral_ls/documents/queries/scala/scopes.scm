(function_definition name: (_) @name body: (_) @body) @scope.function
(lambda_expression) @scope.function
(class_definition name: (_) @name body: (_) @body) @scope.class
(object_definition name: (_) @name body: (_) @body) @scope.class
(trait_definition name: (_) @name body: (_) @body) @scope.class
(enum_definition name: (_) @name body: (_) @body) @scope.class
(package_object name: (_) @name body: (_) @body) @scope.class
(block) @scope.block
(indented_block) @scope.block
(case_block) @scope.block
(case_clause) @scope.block

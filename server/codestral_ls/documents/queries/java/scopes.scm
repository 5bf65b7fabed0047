(method_declaration name: (_) @name body: (_) @body) @scope.method
(constructor_declaration name: (_) @name body: (_) @body) @scope.method
(compact_constructor_declaration name: (_) @name body: (_) @body) @scope.method
(lambda_expression body: (block) @body) @scope.function
(class_declaration name: (_) @name body: (_) @body) @scope.class
(interface_declaration name: (_) @name body: (_) @body) @scope.class
(enum_declaration name: (_) @name body: (_) @body) @scope.class
(record_declaration name: (_) @name body: (_) @body) @scope.class
(annotation_type_declaration name: (_) @name body: (_) @body) @scope.class
(object_creation_expression (class_body) @body) @scope.class
(block) @scope.block
(switch_block) @scope.block

(function_definition name: (_) @name body: (_) @body) @scope.function
(method_declaration name: (_) @name body: (_) @body) @scope.method
(anonymous_function body: (_) @body) @scope.function
(class_declaration name: (_) @name body: (_) @body) @scope.class
(interface_declaration name: (_) @name body: (_) @body) @scope.class
(trait_declaration name: (_) @name body: (_) @body) @scope.class
(enum_declaration name: (_) @name body: (_) @body) @scope.class
(namespace_definition name: (_)? @name body: (_) @body) @scope.class
(compound_statement) @scope.block
(switch_block) @scope.block
(match_block) @scope.block

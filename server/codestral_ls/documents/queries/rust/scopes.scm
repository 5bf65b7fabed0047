(function_item name: (_) @name body: (_) @body) @scope.function
(closure_expression body: (block) @body) @scope.function
(struct_item name: (_) @name body: (_) @body) @scope.class
(enum_item name: (_) @name body: (_) @body) @scope.class
(union_item name: (_) @name body: (_) @body) @scope.class
(trait_item name: (_) @name body: (_) @body) @scope.class
(impl_item type: (_) @name body: (_) @body) @scope.class
(mod_item name: (_) @name body: (_) @body) @scope.class
(macro_definition name: (_) @name) @scope.function
(block) @scope.block
(match_block) @scope.block
(field_initializer_list) @scope.block

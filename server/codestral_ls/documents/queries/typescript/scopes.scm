; inherits: javascript
(abstract_class_declaration name: (_) @name body: (_) @body) @scope.class
(interface_declaration name: (_) @name body: (_) @body) @scope.class
(enum_declaration name: (_) @name body: (_) @body) @scope.class
(internal_module name: (_) @name body: (_) @body) @scope.class
(module name: (_) @name body: (_) @body) @scope.class
(object_type) @scope.block

; inherits: c
(class_specifier name: (_) @name body: (_) @body) @definition.class
(namespace_definition name: (_) @name body: (_) @body) @definition.module
(alias_declaration name: (_) @name) @definition.type
(concept_definition name: (_) @name) @definition.type
(field_declaration declarator: (function_declarator declarator: (_) @name)) @definition.method
(field_declaration
  declarator: (_ (function_declarator declarator: (_) @name))) @definition.method
(declaration declarator: (function_declarator declarator: (destructor_name) @name)) @definition.method

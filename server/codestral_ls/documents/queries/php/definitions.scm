(class_declaration name: (_) @name body: (_) @body) @definition.class
(interface_declaration name: (_) @name body: (_) @body) @definition.class
(trait_declaration name: (_) @name body: (_) @body) @definition.class
(enum_declaration name: (_) @name body: (_) @body) @definition.class
(function_definition name: (_) @name body: (_) @body) @definition.function
(method_declaration name: (_) @name body: (_)? @body) @definition.method
(property_declaration (property_element name: (_) @name)) @definition.field
(class_declaration body: (_ (const_declaration (const_element (name) @name) @definition.field)))
(program (const_declaration (const_element (name) @name) @definition.variable))
(enum_case name: (_) @name) @definition.field

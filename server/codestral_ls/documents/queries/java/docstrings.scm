; See python/docstrings.scm for the names of the captures.
(method_declaration
  type: (_) @return.type
  name: (identifier) @name
  parameters: (formal_parameters) @parameters) @definition.method

(constructor_declaration
  name: (identifier) @name
  parameters: (formal_parameters) @parameters) @definition.method

(class_declaration name: (identifier) @name body: (_) @body) @definition.class
(interface_declaration name: (identifier) @name body: (_) @body) @definition.class
(enum_declaration name: (identifier) @name body: (_) @body) @definition.class
(annotation_type_declaration name: (identifier) @name body: (_) @body) @definition.class
(record_declaration name: (identifier) @name parameters: (formal_parameters) @parameters body: (_) @body) @definition.class

(lambda_expression) @closure
(formal_parameters (formal_parameter type: (_) @parameter.type name: (identifier) @parameter.name)) @parameters.of
(formal_parameters (spread_parameter (variable_declarator name: (identifier) @parameter.name))) @parameters.of
(_ (type_parameters (type_parameter . (type_identifier) @parameter.generic)) parameters: (formal_parameters) @parameters.of)
(_ (throws (_) @raise.declared) body: (_) @declares)
(throw_statement (object_creation_expression type: (_) @raise.type))
(try_statement body: (block) @try.body (catch_clause) @except)
(try_with_resources_statement body: (block) @try.body (catch_clause) @except)
(method_declaration (modifiers (marker_annotation name: (identifier) @annotation (#text-is? @annotation "Override")))) @inherited
[(line_comment) (block_comment)] @comment

; See python/docstrings.scm for the names of the captures.
(method_declaration
  returns: (_) @return.type
  name: (identifier) @name
  parameters: (parameter_list) @parameters) @definition.method

(constructor_declaration
  name: (identifier) @name
  parameters: (parameter_list) @parameters) @definition.method

(property_declaration name: (identifier) @name) @definition.property
(class_declaration name: (identifier) @name body: (_) @body) @definition.class
(interface_declaration name: (identifier) @name body: (_) @body) @definition.class
(struct_declaration name: (identifier) @name) @definition.class
(enum_declaration name: (identifier) @name) @definition.class
(record_declaration name: (identifier) @name) @definition.class

[(lambda_expression) (anonymous_method_expression) (local_function_statement)] @closure
(parameter_list (parameter name: (identifier) @parameter.name type: (_)? @parameter.type)) @parameters.of
(parameter_list name: (identifier) @parameter.name) @parameters.of
(method_declaration (type_parameter_list (type_parameter name: (identifier) @parameter.generic)) parameters: (parameter_list) @parameters.of)
(throw_statement (object_creation_expression type: (_) @raise.type))
(throw_expression (object_creation_expression type: (_) @raise.type))
(try_statement body: (block) @try.body (catch_clause) @except)
(method_declaration (modifier) @modifier (#text-is? @modifier "override")) @inherited
(comment) @comment

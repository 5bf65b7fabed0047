; See python/docstrings.scm for the names of the captures.
(function_declaration
  name: (identifier) @name
  parameters: (formal_parameters) @parameters
  return_type: (_)? @return.type
  body: (statement_block) @body) @definition.function

(generator_function_declaration
  name: (identifier) @name
  parameters: (formal_parameters) @parameters
  return_type: (_)? @return.type
  body: (statement_block) @body) @definition.function

(method_definition
  name: [(property_identifier) (private_property_identifier)] @name
  parameters: (formal_parameters) @parameters
  return_type: (_)? @return.type
  body: (statement_block) @body) @definition.method

(lexical_declaration . (variable_declarator
  name: (identifier) @name
  value: [
    (arrow_function parameters: (formal_parameters) @parameters return_type: (_)? @return.type body: (_) @body)
    (function_expression parameters: (formal_parameters) @parameters return_type: (_)? @return.type body: (_) @body)
  ]) .) @definition.arrow

(export_statement) @wrapper
(decorator) @decorator

(arrow_function body: (_) @arrow.body) @closure
(function_expression) @closure

(return_statement (_) @return.value)
(yield_expression) @yield
(throw_statement (new_expression constructor: [(identifier) (member_expression)] @raise.type))
(try_statement body: (statement_block) @try.body handler: (catch_clause) @except)
(comment) @comment

(class_declaration name: (type_identifier) @name body: (class_body) @body) @definition.class
(abstract_class_declaration name: (type_identifier) @name body: (class_body) @body) @definition.class
(interface_declaration name: (type_identifier) @name body: (_) @body) @definition.type
(type_alias_declaration name: (type_identifier) @name value: (_) @body) @definition.type
(enum_declaration name: (identifier) @name body: (_) @body) @definition.type

(formal_parameters (required_parameter pattern: (identifier) @parameter.name type: (_)? @parameter.type value: (_)? @parameter.default)) @parameters.of
(formal_parameters (optional_parameter pattern: (identifier) @parameter.name type: (_)? @parameter.type value: (_)? @parameter.default)) @parameters.of
(formal_parameters (required_parameter pattern: (rest_pattern (identifier) @parameter.rest))) @parameters.of
(formal_parameters (_ pattern: [(object_pattern) (array_pattern)] @parameter.pattern)) @parameters.of

; signatures of overloads above an implementation, with the export around them
(program (function_signature) @overload)
(export_statement declaration: (function_signature)) @overload
(class_body (method_signature) @overload)

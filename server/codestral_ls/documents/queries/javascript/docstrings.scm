; See python/docstrings.scm for the names of the captures.
(function_declaration
  name: (identifier) @name
  parameters: (formal_parameters) @parameters
  body: (statement_block) @body) @definition.function

(generator_function_declaration
  name: (identifier) @name
  parameters: (formal_parameters) @parameters
  body: (statement_block) @body) @definition.function

(method_definition
  name: [(property_identifier) (private_property_identifier)] @name
  parameters: (formal_parameters) @parameters
  body: (statement_block) @body) @definition.method

(lexical_declaration . (variable_declarator
  name: (identifier) @name
  value: [
    (arrow_function parameters: (formal_parameters) @parameters body: (_) @body)
    (function_expression parameters: (formal_parameters) @parameters body: (_) @body)
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

(class_declaration name: (identifier) @name body: (class_body) @body) @definition.class

(formal_parameters (identifier) @parameter.name) @parameters.of
(formal_parameters (assignment_pattern left: (identifier) @parameter.name right: (_) @parameter.default)) @parameters.of
(formal_parameters (assignment_pattern left: [(object_pattern) (array_pattern)] @parameter.pattern)) @parameters.of
(formal_parameters (rest_pattern (identifier) @parameter.rest)) @parameters.of
(formal_parameters [(object_pattern) (array_pattern)] @parameter.pattern) @parameters.of

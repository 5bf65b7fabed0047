; What generate/docstrings/documentable.py reads. Captures:
;   definition.KIND  a definition that can be documented, with name, body and, where it has them, parameters, return.type
;                    and opening (behind which a docstring goes)
;   parameters.of    the list a parameter stands in; parameter.name, .rest (*args), .keywords (**kwargs), .type, .default
;   closure          something else that owns its returns; return.value, yield, raise.type
;   try.body, except a try statement's body and one of its clauses; reraise  a bare raise
;   wrapper          what begins before a definition and ends with it; decorator
;   docstring        documentation that is there
(function_definition
  name: (identifier) @name
  parameters: (parameters) @parameters
  return_type: (type)? @return.type
  ":" @opening
  body: (block) @body) @definition.function

(class_definition
  name: (identifier) @name
  ":" @opening
  body: (block) @body) @definition.class

(decorated_definition) @wrapper
(decorator) @decorator
(lambda) @closure

(function_definition body: (block . [(expression_statement [(string) (concatenated_string)] @docstring)]
  (#text-matches? @docstring "^[rRuU]?[\"']")))
(class_definition body: (block . [(expression_statement [(string) (concatenated_string)] @docstring)]
  (#text-matches? @docstring "^[rRuU]?[\"']")))

(parameters (identifier) @parameter.name) @parameters.of
(parameters (typed_parameter . (identifier) @parameter.name type: (type) @parameter.type)) @parameters.of
(parameters (typed_parameter . (list_splat_pattern (identifier) @parameter.rest) type: (type) @parameter.type)) @parameters.of
(parameters (typed_parameter . (dictionary_splat_pattern (identifier) @parameter.keywords) type: (type) @parameter.type)) @parameters.of
(parameters (default_parameter name: (identifier) @parameter.name value: (_) @parameter.default)) @parameters.of
(parameters (typed_default_parameter name: (identifier) @parameter.name type: (type) @parameter.type value: (_) @parameter.default)) @parameters.of
(parameters (list_splat_pattern (identifier) @parameter.rest)) @parameters.of
(parameters (dictionary_splat_pattern (identifier) @parameter.keywords)) @parameters.of

(return_statement (_) @return.value)
(yield) @yield
(raise_statement . [(identifier) (attribute)] @raise.type)
(raise_statement . (call function: [(identifier) (attribute)] @raise.type))
((raise_statement) @reraise (#text-is? @reraise "raise"))
(try_statement body: (block) @try.body (except_clause) @except)

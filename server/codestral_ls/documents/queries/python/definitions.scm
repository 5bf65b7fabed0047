; Definitions: @definition.<kind> the whole node, @name, @body (what stands before it is the signature, or up to and with
; @head_end where there is one). A function directly in a class is a method: outline.py says so.
(class_definition name: (identifier) @name ":" @head_end body: (block) @body) @definition.class
(function_definition name: (identifier) @name ":" @head_end body: (block) @body) @definition.function
(module (expression_statement (assignment left: (identifier) @name) @definition.variable))
(class_definition
  body: (block (expression_statement (assignment left: (identifier) @name) @definition.field)))
(function_definition
  name: (identifier) @_init
  body: (block
    (expression_statement
      (assignment
        left: (attribute object: (identifier) @_self attribute: (identifier) @name)) @definition.field))
  (#text-is? @_init "__init__")
  (#text-is? @_self "self"))
(type_alias_statement left: (type (identifier) @name)) @definition.type

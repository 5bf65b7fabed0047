(function_call
  name: (identifier) @_require
  arguments: (arguments (string content: (_) @module))
  (#text-is? @_require "require" "dofile" "loadfile")) @import

(call
  method: (identifier) @_require
  arguments: (argument_list . (string (string_content) @module))
  (#text-is? @_require "require" "require_relative" "load" "autoload")) @import

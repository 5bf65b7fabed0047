(command
  name: (command_name (word) @_source) . argument: (_) @module
  (#text-is? @_source "source" ".")) @import

(import_statement [(string_value) (call_expression)] @module) @import

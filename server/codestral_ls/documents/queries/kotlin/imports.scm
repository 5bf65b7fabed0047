(import (qualified_identifier) @module (identifier)? @alias) @import

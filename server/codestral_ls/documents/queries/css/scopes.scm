(rule_set (block) @body) @scope.block
(media_statement (block) @body) @scope.block
(keyframes_statement) @scope.block
(block) @scope.block

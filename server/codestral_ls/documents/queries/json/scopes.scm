(object) @scope.block
(array) @scope.block

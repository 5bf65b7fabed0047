(method name: (_) @name) @scope.method
(singleton_method name: (_) @name) @scope.method
(class name: (_) @name) @scope.class
(singleton_class) @scope.class
(module name: (_) @name) @scope.class
(lambda) @scope.function
(do_block) @scope.block
(block) @scope.block
(if) @scope.block
(unless) @scope.block
(else) @scope.block
(elsif) @scope.block
(case) @scope.block
(when) @scope.block
(while) @scope.block
(until) @scope.block
(for) @scope.block
(begin) @scope.block
(rescue) @scope.block
(ensure) @scope.block
(hash) @scope.block

-- a bank
local base = require("base")
local LIMIT = 3
local Account = {}

function Account.new(owner)
  return setmetatable({ owner = owner }, Account)
end

function Account:deposit(amount)
  if amount > LIMIT then
    self.total = self.total + amount
  else
    error("too much " .. amount)
  end
  for step = 1, 3 do
    add(step, 'x')
  end
  while true do
    break
  end
end

local function transfer(source)
  local f = function(x)
    return x + 1
  end
  --[[ block ]]
  return f([[long]])
end

local helper = function(a) return a end
return Account

--- A source of nvim-cmp: `require('cmp').register_source('codestral', require('codestral_ls.sources.cmp').new())`.

local items = require('codestral_ls.sources.items')

local Source = {}
Source.__index = Source

function Source.new()
  return setmetatable({}, Source)
end

function Source.is_available(_self)
  return require('codestral_ls.server').of(0) ~= nil
end

function Source.get_debug_name(_self)
  return 'codestral'
end

function Source.complete(_self, _params, answered)
  items.get(function(found)
    answered({ items = found, isIncomplete = true })
  end)
end

function Source.execute(_self, item, done)
  items.taken(item)
  done(item)
end

return Source

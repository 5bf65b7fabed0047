--- A source of blink.cmp: `sources.providers.codestral = { name = 'Codestral', module = 'codestral_ls.sources.blink' }`.

local items = require('codestral_ls.sources.items')

local Source = {}
Source.__index = Source

function Source.new()
  return setmetatable({}, Source)
end

function Source.enabled(_self)
  return require('codestral_ls.server').of(0) ~= nil
end

function Source.get_completions(_self, _context, answered)
  return items.get(function(found)
    answered({ items = found, is_incomplete_forward = true, is_incomplete_backward = true })
  end)
end

function Source.execute(_self, _context, item, done, default)
  if default then
    default()
  end
  items.taken(item)
  done()
end

return Source

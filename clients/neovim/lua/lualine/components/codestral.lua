--- A component of lualine: `sections = { lualine_x = { 'codestral' } }`. Shows the text of
--- `require('codestral_ls').statusline()`, in the colour of a warning or an error if there is one.

local Component = require('lualine.component'):extend()

local COLOURS = { Error = 'DiagnosticError', Warning = 'DiagnosticWarn' }

function Component:init(options)
  Component.super.init(self, options)
  self.options.color = self.options.color
    or function()
      local client = require('codestral_ls.server').of(0)
      local status = client and require('codestral_ls.status').of(client.id)
      return status and COLOURS[status.kind] or nil
    end
end

function Component.update_status(_self)
  -- lualine does not escape the text, and evaluates it as a statusline.
  return require('codestral_ls').statusline()
end

return Component

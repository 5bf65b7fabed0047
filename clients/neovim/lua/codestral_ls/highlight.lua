--- Defines the highlight group CodestralGhost: NonText's colour, adjusted to be readable on the background. Neovim's own group
--- for inline completions (ComplHint) is linked to it, unless the user or the colour scheme has changed that group.

local api = vim.api

local M = {}

function M.define()
  local contrast = require('codestral_ls.contrast')
  local non_text = api.nvim_get_hl(0, { name = 'NonText', link = false })
  local normal = api.nvim_get_hl(0, { name = 'Normal', link = false })
  local is_dark = vim.o.background == 'dark'
  local background = normal.bg or (is_dark and 0x000000 or 0xffffff)
  local text = normal.fg or (is_dark and 0xffffff or 0x000000)
  api.nvim_set_hl(0, 'CodestralGhost', {
    default = true,
    fg = contrast.readable(non_text.fg or text, text, background),
    ctermfg = non_text.ctermfg or 8,
  })
  if api.nvim_get_hl(0, { name = 'ComplHint', create = false }).link == 'NonText' then
    api.nvim_set_hl(0, 'ComplHint', { link = 'CodestralGhost' })
  end
end

--- Define the group now and after each change of the colour scheme.
function M.follow()
  M.define()
  api.nvim_create_autocmd('ColorScheme', {
    group = api.nvim_create_augroup('codestral_ls.highlight', { clear = true }),
    callback = M.define,
  })
end

return M

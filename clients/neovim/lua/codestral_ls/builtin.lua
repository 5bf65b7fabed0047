--- Presents completions through Neovim 0.12's own `vim.lsp.inline_completion`, so that its functions, its highlight
--- groups and keys mapped to them work as documented there.
---
--- Neovim asks 200 ms after a keystroke and never asks for alternatives. This plugin asks at once (the server has its own
--- debounce) and passes the answer to Neovim's presenter. That function is not public, so its shape is checked first; if it
--- has changed, `own.lua` draws instead.

local M = {}

---@class codestral_ls.Completor
---@field client_state table<integer, { items?: lsp.InlineCompletionItem[] }>
---@field handler fun(self, err: any, result: any, ctx: { client_id: integer })
---@field select fun(self, index: integer, show_index?: boolean)
---@field abort fun(self)
---@field reset_timer fun(self)
---@field current? { _index: integer }

---@param bufnr integer
---@return codestral_ls.Completor?
local function completor(bufnr)
  local fine, capability = pcall(require, 'vim.lsp._capability')
  local class = fine and capability.all and capability.all.inline_completion
  return class and class.active and class.active[bufnr]
end

--- Does this Neovim have the needed functions?
---@return boolean
function M.available()
  if not vim.lsp.inline_completion then
    return false
  end
  local fine, capability = pcall(require, 'vim.lsp._capability')
  local class = fine and capability.all and capability.all.inline_completion
  if not class then
    return false
  end
  for _, name in ipairs({ 'handler', 'select', 'abort', 'reset_timer' }) do
    if type(class[name]) ~= 'function' then
      return false
    end
  end
  return true
end

---@param bufnr integer
function M.attach(bufnr)
  vim.lsp.inline_completion.enable(true, { bufnr = bufnr })
end

---@param bufnr integer
function M.detach(bufnr)
  if vim.api.nvim_buf_is_valid(bufnr) then
    vim.lsp.inline_completion.enable(false, { bufnr = bufnr })
  end
end

--- Stop Neovim's own timer, because this plugin has asked already. A second inline completion server still needs it.
---@param bufnr integer
function M.asked(bufnr)
  local it = completor(bufnr)
  if it and vim.tbl_count(it.client_state) == 1 then
    it:reset_timer()
  end
end

---@param bufnr integer
---@param suggestion codestral_ls.Suggestion
function M.draw(bufnr, suggestion)
  local it = completor(bufnr)
  local state = it and it.client_state[suggestion.client_id]
  if not it or not state then
    return
  end
  if state.items == suggestion.items and it.current and it.current._index == suggestion.index then
    return -- Neovim itself updates it while the user types.
  end
  it:handler(nil, { items = suggestion.items }, { client_id = suggestion.client_id })
  if suggestion.explicit and #suggestion.items > 1 then
    it:select(suggestion.index, true)
  end
end

---@param bufnr integer
function M.clear(bufnr)
  local it = completor(bufnr)
  if it then
    it:abort()
    for _, state in pairs(it.client_state) do
      state.items = nil
    end
  end
end

--- The item selected by `vim.lsp.inline_completion.select()`, if the user called it directly.
---@param bufnr integer
---@return integer?
function M.index(bufnr)
  local it = completor(bufnr)
  return it and it.current and it.current._index
end

return M

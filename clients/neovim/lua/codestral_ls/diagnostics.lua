--- Sends other servers' diagnostics of a buffer to the server: those nearest to the cursor, once they have settled.
--- The server cannot learn of them otherwise, and the next line often fixes one.

local M = {}

local MOST = 20
local MOST_CHARACTERS = 300
local SETTLE_MS = 250

---@class codestral_ls.Told
---@field waiting integer Number of the newest change that has not been sent yet.
---@field told lsp.Diagnostic[]

---@type table<integer, codestral_ls.Told>
local known = {}

--- The buffer's diagnostics in the protocol's form, at most 20, the nearest to the cursor's line first.
---@param bufnr integer
---@return lsp.Diagnostic[]
function M.near(bufnr)
  local is_here = vim.api.nvim_get_current_buf() == bufnr
  local line = is_here and vim.api.nvim_win_get_cursor(0)[1] - 1 or vim.api.nvim_buf_get_mark(bufnr, '"')[1] - 1
  local all = vim.diagnostic.get(bufnr)
  table.sort(all, function(one, other)
    return math.abs(one.lnum - line) < math.abs(other.lnum - line)
  end)
  return vim.tbl_map(function(diagnostic)
    local place = { line = diagnostic.lnum, character = 0 }
    return {
      range = { start = place, ['end'] = place },
      severity = diagnostic.severity,
      message = vim.fn.strcharpart(diagnostic.message, 0, MOST_CHARACTERS),
    }
  end, vim.list_slice(all, 1, MOST))
end

---@param client vim.lsp.Client
---@param bufnr integer
local function tell(client, bufnr)
  local state = known[bufnr]
  if not state or client:is_stopped() or not vim.api.nvim_buf_is_loaded(bufnr) then
    return
  end
  local diagnostics = M.near(bufnr)
  if vim.deep_equal(diagnostics, state.told) then
    return
  end
  state.told = diagnostics
  client:notify('codestral-ls/didChangeDiagnostics', {
    textDocument = { uri = vim.uri_from_bufnr(bufnr) },
    diagnostics = diagnostics,
  })
end

--- The buffer's diagnostics have changed; further changes within a moment are sent together.
---@param client vim.lsp.Client
---@param bufnr integer
function M.changed(client, bufnr)
  local state = known[bufnr] or { waiting = 0, told = {} }
  known[bufnr] = state
  state.waiting = state.waiting + 1
  local mine = state.waiting
  vim.defer_fn(function()
    if known[bufnr] == state and state.waiting == mine then
      tell(client, bufnr)
    end
  end, SETTLE_MS)
end

---@param bufnr integer
function M.forget(bufnr)
  known[bufnr] = nil
end

return M

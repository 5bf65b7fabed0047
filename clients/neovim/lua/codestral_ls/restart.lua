--- Starts the server again when it has died, with growing pauses; gives up after five deaths in three minutes.

local M = {}

local FIRST_PAUSE_MS, MOST, WINDOW_MS = 500, 5, 180000

---@type integer[] Times of recent deaths, in milliseconds.
local deaths = {}

---@return integer
local function now()
  return math.floor(vim.uv.hrtime() / 1e6)
end

--- Called by Neovim when the server's process has ended, possibly where the API may not be used.
---@param code integer
---@param signal integer
---@param client_id integer
function M.exited(code, signal, client_id)
  vim.schedule(function()
    require('codestral_ls.status').forget(client_id)
    local asked_to = code == 0 and signal == 0
    if asked_to or vim.v.exiting ~= vim.NIL or not require('codestral_ls.options').get().restart then
      return
    end
    deaths = vim.tbl_filter(function(at)
      return now() - at < WINDOW_MS
    end, deaths)
    table.insert(deaths, now())
    if #deaths > MOST then
      local advice = 'codestral-ls has died five times and is not started again; see :checkhealth codestral_ls'
      vim.notify(advice, vim.log.levels.ERROR)
      return
    end
    vim.defer_fn(M.restart, FIRST_PAUSE_MS * 2 ^ (#deaths - 1))
  end)
end

--- Start the server for every buffer it belongs to.
function M.restart()
  if not vim.lsp.is_enabled or vim.lsp.is_enabled('codestral_ls') then
    vim.lsp.enable('codestral_ls')
  end
end

--- Forget earlier deaths and start anew; a running server is stopped first.
function M.by_hand()
  deaths = {}
  local clients = vim.lsp.get_clients({ name = 'codestral_ls' })
  for _, client in ipairs(clients) do
    client:stop()
  end
  vim.wait(3000, function()
    return #vim.lsp.get_clients({ name = 'codestral_ls' }) == 0
  end, 20)
  M.restart()
end

return M

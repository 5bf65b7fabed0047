--- Restarts the server after a crash, with growing pauses; gives up after five crashes in three minutes.

local server = require('codestral_ls.server')

local M = {}

local FIRST_PAUSE_MS, MOST, WINDOW_MS = 500, 5, 180000

---@type integer[] Times of recent crashes, in milliseconds.
local deaths = {}

---@return integer
local function now()
  return math.floor(vim.uv.hrtime() / 1e6)
end

--- Called by Neovim when the server's process has ended, possibly in a context where the API must not be used.
---@param code integer
---@param signal integer
---@param client_id integer
function M.exited(code, signal, client_id)
  local cause = signal ~= 0 and ('signal %d'):format(signal) or ('exit code %d'):format(code)
  local text = ('the server has died (%s); :Codestral log may say why'):format(cause)
  require('codestral_ls.say').instead('Client codestral_', text)
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
      local advice = 'the server has died five times; see :checkhealth codestral_ls'
      require('codestral_ls.say').once(advice, vim.log.levels.ERROR)
      return
    end
    vim.defer_fn(M.restart, FIRST_PAUSE_MS * 2 ^ (#deaths - 1))
  end)
end

--- Start the server for every buffer it belongs to.
function M.restart()
  for _, name in ipairs(server.names) do
    if server.is_enabled(name) then
      vim.lsp.enable(name)
    end
  end
end

--- Forget earlier crashes and start again; a running server is stopped first.
function M.by_hand()
  deaths = {}
  for _, client in ipairs(server.all()) do
    client:stop()
  end
  vim.wait(3000, function()
    return #server.all() == 0
  end, 20)
  M.restart()
end

return M

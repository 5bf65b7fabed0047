--- `:checkhealth codestral_ls`: checks what completion needs, and shows how fast it was.

local server = require('codestral_ls.server')

local M = {}

local health = vim.health

local function check_neovim()
  if vim.fn.has('nvim-0.11') == 0 then
    health.error('Neovim is older than 0.11', { 'Install Neovim 0.11 or newer.' })
    return
  end
  local options, problems = require('codestral_ls.options').check(vim.g.codestral_ls)
  for _, problem in ipairs(problems) do
    health.error(problem, { 'See :help codestral_ls-options.' })
  end
  if #problems == 0 then
    health.ok('vim.g.codestral_ls is right')
  end
  local builtin = require('codestral_ls.builtin').available()
  if options.ghost_text == 'builtin' and not builtin then
    health.warn('This Neovim has no inline completion that can be used; the plugin draws the ghost text')
  end
  local presenter = builtin and options.ghost_text ~= 'plugin' and "Neovim's inline completion" or 'this plugin'
  health.info('Ghost text is drawn by ' .. presenter)
end

local function check_server()
  local config = vim.lsp.config.codestral_ls
  local command = config and config.cmd
  if type(command) == 'table' then
    if vim.fn.executable(command[1]) == 0 then
      health.error(('%s cannot be run'):format(command[1]), {
        "pip install '.[local]' in a checkout, in an environment whose bin folder is on PATH, or",
        "vim.lsp.config('codestral_ls', { cmd = { '/path/to/codestral-ls', 'serve' } })",
      })
      return
    end
    health.ok(('%s is %s'):format(command[1], vim.fn.exepath(command[1])))
  end
  if not vim.iter(server.names):any(server.is_enabled) then
    health.error('The server is not enabled', { "vim.lsp.enable('codestral_ls')" })
    return
  end
  local clients = server.all()
  if #clients == 0 then
    health.warn('The server is not running', { 'Open a file that has a filetype; it starts then.' })
  end
  for _, client in ipairs(clients) do
    local status = require('codestral_ls.status').of(client.id)
    local version = client.server_info and client.server_info.version or 'of unknown version'
    local buffers = vim.tbl_count(client.attached_buffers)
    health.ok(('The server %s runs, in %d buffer(s)'):format(version, buffers))
    if status and status.kind ~= 'Normal' then
      health.warn(('The server says: %s'):format(status.message))
    end
  end
end

local function show_times()
  local clock = require('codestral_ls.clock')
  local said = {
    keystroke = 'This plugin at a keystroke',
    answer = 'This plugin at an answer',
    ghost = 'From a keystroke to its ghost text',
  }
  for what, words in vim.spairs(said) do
    local count, median, longest = clock.summary(what)
    if count > 0 then
      health.info(('%s: median %.1f ms, longest %.1f ms (%d times)'):format(words, median, longest, count))
    end
  end
end

function M.check()
  health.start('codestral_ls: Neovim and options')
  check_neovim()
  health.start('codestral_ls: server')
  check_server()
  health.start('codestral_ls: times in this session')
  show_times()
end

return M

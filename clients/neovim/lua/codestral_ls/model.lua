--- Lets the user choose the model: one of the backend's, or one of the catalogue, which is fetched first. The choice is passed on
--- the server's command line, because editor settings may not name a model, and lasts until Neovim ends.

local M = {}

local request = require('codestral_ls.request')

---@param text string
---@param level? integer
local function say(text, level)
  require('codestral_ls.say').once(text, level or vim.log.levels.INFO)
end

---@param option string
---@param name string
local function use(option, name)
  local config = vim.lsp.config.codestral_ls
  local cmd = config and config.cmd
  if type(cmd) ~= 'table' then
    say(('Put %s = "%s" into your config.toml.'):format(option, name))
    return
  end
  local kept = {}
  for index, part in ipairs(cmd) do
    local is_ours = vim.startswith(part, option .. '=')
      or (part == '--set' and vim.startswith(cmd[index + 1] or '', option .. '='))
    if not is_ours then
      table.insert(kept, part)
    end
  end
  vim.lsp.config('codestral_ls', { cmd = vim.list_extend(kept, { '--set', ('%s=%s'):format(option, name) }) })
  require('codestral_ls.restart').by_hand()
  local section, key = unpack(vim.split(option, '.', { plain = true }))
  say(('%s writes until Neovim ends; [%s] %s = "%s" in config.toml keeps it'):format(name, section, key, name))
end

--- Fetch a model after its licence is accepted, and set the option to it.
---@param option string
---@param model { name: string, licence: string }
function M.fetch(option, model)
  if model.licence ~= '' and vim.fn.confirm(model.licence, '&Accept\n&Cancel', 2) ~= 1 then
    return
  end
  say(('fetching %s; the progress is in the status line'):format(model.name))
  local arguments = { { name = model.name, licenceAccepted = model.licence ~= '' } }
  request.command('codestral-ls.pullModel', arguments, function(result, problem)
    if result and result.pulled then
      use(option, model.name)
    else
      say(result and result.message or problem or 'Nothing was fetched.', vim.log.levels.WARN)
    end
  end)
end

function M.choose()
  request.command('codestral-ls.models', {}, function(known, problem)
    if not known or known.option == '' then
      say(known and known.message or problem or 'The server lists no models.', vim.log.levels.WARN)
      return
    end
    local choices = vim.tbl_map(function(name)
      return { name = name, label = name .. (name == known.current and ' (in use)' or '') }
    end, known.models)
    for _, model in ipairs(known.pullable or {}) do
      table.insert(
        choices,
        { name = model.name, label = ('%s (fetch: %s)'):format(model.name, model.detail), pull = model }
      )
    end
    if #choices == 0 then
      say(known.message, vim.log.levels.WARN)
      return
    end
    local options = {
      prompt = 'Which model writes?',
      format_item = function(choice)
        return choice.label
      end,
    }
    vim.ui.select(choices, options, function(choice)
      if choice and choice.pull then
        M.fetch(known.option, choice.pull)
      elseif choice then
        use(known.option, choice.name)
      end
    end)
  end)
end

return M

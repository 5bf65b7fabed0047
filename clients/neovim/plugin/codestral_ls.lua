--- Defines the command, the <Plug> maps and the autocommand that notices the server; nothing else is loaded at start.

if vim.g.loaded_codestral_ls or vim.fn.has('nvim-0.11') == 0 then
  return
end
vim.g.loaded_codestral_ls = true

--- Keys in the order of the help file. Each works in insert mode; keys with `true` also work in normal mode.
local maps = {
  { 'accept', 'Accept the completion' },
  { 'accept-word', 'Accept the next word of the completion' },
  { 'accept-line', 'Accept the next line of the completion' },
  { 'next', 'Show the next completion' },
  { 'previous', 'Show the previous completion' },
  { 'dismiss', 'Hide the completion' },
  { 'next-edit', 'Go to the place of the next edit; there, make it', true },
  { 'refuse-edit', 'Do not make the next edit', true },
  { 'toggle', 'Switch completion on or off', true },
  { 'explain', 'Say where the completion came from, or why there is none', true },
}

for _, map in ipairs(maps) do
  local name, description, in_normal = map[1], map[2], map[3]
  local action = function()
    return require('codestral_ls').keys(name)
  end
  local modes = in_normal and { 'i', 'n' } or { 'i' }
  vim.keymap.set(modes, ('<Plug>(codestral-ls-%s)'):format(name), action, { expr = true, desc = description })
end

vim.api.nvim_create_user_command('Codestral', function(call)
  require('codestral_ls.command').run(call)
end, {
  nargs = '?',
  range = true,
  desc = 'Code completion: :Codestral {what}',
  complete = function(typed)
    return require('codestral_ls.command').complete(typed)
  end,
})

local group = vim.api.nvim_create_augroup('codestral_ls', { clear = true })
vim.api.nvim_create_autocmd('LspAttach', {
  group = group,
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if client and (client.name == 'codestral_ls' or client.name == 'codestral_copilot') then
      require('codestral_ls.buffer').attach(event.buf, client)
    end
  end,
})
vim.api.nvim_create_autocmd('LspDetach', {
  group = group,
  callback = function(event)
    if package.loaded['codestral_ls.buffer'] then
      require('codestral_ls.buffer').detach(event.buf, event.data.client_id)
    end
  end,
})
for event, name in pairs({ BufFilePre = 'before', BufFilePost = 'after' }) do
  vim.api.nvim_create_autocmd(event, {
    group = group,
    callback = function(renamed)
      if package.loaded['codestral_ls.buffer'] then
        require('codestral_ls.rename')[name](renamed.buf)
      end
    end,
  })
end

rockspec_format = '3.0'
package = 'codestral-ls.nvim'
version = 'scm-1'

description = {
  summary = 'Code completion with Codestral as ghost text',
  homepage = 'https://github.com/codestral-ls/codestral-ls',
  license = 'MIT',
  labels = { 'neovim', 'lsp', 'completion' },
}

source = {
  url = 'git+https://github.com/codestral-ls/codestral-ls.git',
  dir = 'codestral-ls/clients/neovim',
}

dependencies = { 'lua >= 5.1' }

build = {
  type = 'builtin',
  modules = {
    ['codestral_ls.accept'] = 'lua/codestral_ls/accept.lua',
    ['codestral_ls.ask'] = 'lua/codestral_ls/ask.lua',
    ['codestral_ls.buffer'] = 'lua/codestral_ls/buffer.lua',
    ['codestral_ls.builtin'] = 'lua/codestral_ls/builtin.lua',
    ['codestral_ls.clock'] = 'lua/codestral_ls/clock.lua',
    ['codestral_ls.command'] = 'lua/codestral_ls/command.lua',
    ['codestral_ls.contrast'] = 'lua/codestral_ls/contrast.lua',
    ['codestral_ls.diagnostics'] = 'lua/codestral_ls/diagnostics.lua',
    ['codestral_ls.explain'] = 'lua/codestral_ls/explain.lua',
    ['codestral_ls.health'] = 'lua/codestral_ls/health.lua',
    ['codestral_ls.highlight'] = 'lua/codestral_ls/highlight.lua',
    ['codestral_ls'] = 'lua/codestral_ls/init.lua',
    ['codestral_ls.log'] = 'lua/codestral_ls/log.lua',
    ['codestral_ls.menu'] = 'lua/codestral_ls/menu.lua',
    ['codestral_ls.model'] = 'lua/codestral_ls/model.lua',
    ['codestral_ls.next_edit'] = 'lua/codestral_ls/next_edit.lua',
    ['codestral_ls.next_edit_view'] = 'lua/codestral_ls/next_edit_view.lua',
    ['codestral_ls.offer'] = 'lua/codestral_ls/offer.lua',
    ['codestral_ls.options'] = 'lua/codestral_ls/options.lua',
    ['codestral_ls.own'] = 'lua/codestral_ls/own.lua',
    ['codestral_ls.preview'] = 'lua/codestral_ls/preview.lua',
    ['codestral_ls.printed'] = 'lua/codestral_ls/printed.lua',
    ['codestral_ls.rename'] = 'lua/codestral_ls/rename.lua',
    ['codestral_ls.report'] = 'lua/codestral_ls/report.lua',
    ['codestral_ls.request'] = 'lua/codestral_ls/request.lua',
    ['codestral_ls.restart'] = 'lua/codestral_ls/restart.lua',
    ['codestral_ls.review'] = 'lua/codestral_ls/review.lua',
    ['codestral_ls.say'] = 'lua/codestral_ls/say.lua',
    ['codestral_ls.server'] = 'lua/codestral_ls/server.lua',
    ['codestral_ls.sources.blink'] = 'lua/codestral_ls/sources/blink.lua',
    ['codestral_ls.sources.cmp'] = 'lua/codestral_ls/sources/cmp.lua',
    ['codestral_ls.sources.items'] = 'lua/codestral_ls/sources/items.lua',
    ['codestral_ls.status'] = 'lua/codestral_ls/status.lua',
    ['codestral_ls.suggestion'] = 'lua/codestral_ls/suggestion.lua',
    ['codestral_ls.text'] = 'lua/codestral_ls/text.lua',
    ['codestral_ls.write'] = 'lua/codestral_ls/write.lua',
    ['lualine.components.codestral'] = 'lua/lualine/components/codestral.lua',
  },
  copy_directories = { 'doc', 'lsp', 'plugin' },
}

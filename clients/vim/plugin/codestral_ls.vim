vim9script
# Ghost text of codestral-ls for Vim 9: what Codestral would write next, drawn as virtual text. See README.md.

if exists('g:loaded_codestral_ls') || has('nvim') || !has('patch-9.0.0185') || !has('job') || !has('textprop')
  finish
endif
g:loaded_codestral_ls = true

import autoload 'codestral_ls.vim'

highlight default link CodestralGhost Comment

inoremap <expr> <Plug>(codestral-ls-accept) codestral_ls#Accept('', 'whole')
inoremap <expr> <Plug>(codestral-ls-accept-word) codestral_ls#Accept('', 'word')
inoremap <expr> <Plug>(codestral-ls-accept-line) codestral_ls#Accept('', 'line')
inoremap <Plug>(codestral-ls-dismiss) <Cmd>call codestral_ls#Dismiss()<CR>
inoremap <Plug>(codestral-ls-ask) <Cmd>call codestral_ls#Ask(1)<CR>

command -bar CodestralStatus echomsg codestral_ls.Status()
command -bar CodestralRestart codestral_ls.Restart()

augroup codestral_ls
  autocmd!
  autocmd BufEnter,FileType * codestral_ls.Entered()
  autocmd TextChangedI,TextChangedP,CursorMovedI,InsertEnter * codestral_ls.Keystroke()
  autocmd InsertLeave,BufLeave * codestral_ls.Left()
  autocmd BufUnload * codestral_ls.Closed(str2nr(expand('<abuf>')))
  autocmd VimLeavePre * codestral_ls.Stop()
augroup END

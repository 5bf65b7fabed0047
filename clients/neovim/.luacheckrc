-- Neovim's Lua; `vim` may be set, because options and variables live in it.
std = 'luajit'
globals = { 'vim' }
max_line_length = 132

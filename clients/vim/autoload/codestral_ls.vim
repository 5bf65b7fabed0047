vim9script
# The language server's process, the documents it knows, and the completion on the screen. One server for all buffers.

const LANGUAGES = {sh: 'shellscript', bash: 'shellscript', cs: 'csharp', help: 'plaintext', gitcommit: 'git-commit',
  gitrebase: 'git-rebase', javascriptreact: 'javascriptreact', typescriptreact: 'typescriptreact'}
const MOST_DEATHS = 5
const PROPERTY = 'codestral_ls_ghost'

# Where the running completion begins (line, byte column), what it says, and how many characters after the cursor it replaces.
var offer: dict<any> = {}
var process: job = null_job
var ready = false
var status: dict<any> = {state: 'loading', message: ''}
var deaths = 0
# By buffer: the version that the server has, the listener that tells of changes, and what they were.
var documents: dict<dict<any>> = {}
var asked = 0
var tick = ''
var taken = ''

# ---- the process ----

def Command(): list<string>
  return get(g:, 'codestral_ls_command', ['codestral-ls', 'serve'])
enddef

def Running(): bool
  return process != null_job && job_status(process) == 'run'
enddef

def Start()
  if Running() || deaths >= MOST_DEATHS
    return
  endif
  if !executable(Command()[0])
    deaths = MOST_DEATHS
    echomsg $'codestral-ls: {Command()[0]} cannot be run; :help job or the page for Vim say how to install it'
    return
  endif
  process = job_start(Command(), {
    in_mode: 'lsp', out_mode: 'lsp', err_io: 'null', noblock: 1, out_cb: Heard, exit_cb: Ended, cwd: expand('~'),
  })
  if !Running()
    return
  endif
  const folder = getcwd()
  const params = {
    processId: getpid(),
    clientInfo: {name: 'Vim', version: string(v:versionlong)},
    rootUri: Uri(folder),
    workspaceFolders: [{uri: Uri(folder), name: fnamemodify(folder, ':t')}],
    initializationOptions: {completionMenu: false},
    capabilities: {
      general: {positionEncodings: ['utf-32', 'utf-16']},
      textDocument: {synchronization: {didSave: false}, inlineCompletion: {dynamicRegistration: false}},
    },
  }
  ch_sendexpr(process, {method: 'initialize', params: params}, {callback: Initialized})
enddef

def Initialized(_: channel, _reply: dict<any>)
  Notify('initialized', {})
  ready = true
  documents = {}
  Entered()
  tick = ''
  Keystroke()
enddef

def Ended(ended: job, code: number)
  if ended != process
    return
  endif
  ready = false
  Hide()
  if code != 0
    deaths += 1
    timer_start(500 * deaths, (_) => Start())
  endif
enddef

def Heard(_: channel, message: dict<any>)
  const method = get(message, 'method', '')
  if method == 'codestral-ls/status'
    const before = status
    status = message.params
    if status.state == 'ready' && before.state != 'ready'
      tick = ''
      Keystroke()
    endif
  elseif method == 'window/showMessage'
    echomsg message.params.message->split("\n")[0]->strpart(0, &columns - 20)
  elseif method == 'workspace/configuration'
    ch_sendexpr(process, {id: message.id, result: mapnew(message.params.items, (_, _) => v:null)})
  elseif has_key(message, 'id') && method != ''
    ch_sendexpr(process, {id: message.id, result: v:null})
  endif
enddef

def Notify(method: string, params: dict<any>)
  if Running()
    ch_sendexpr(process, {method: method, params: params})
  endif
enddef

export def Stop()
  if Running()
    ch_sendexpr(process, {method: 'shutdown'}, {callback: (_, _) => Notify('exit', {})})
    job_stop(process)
  endif
enddef

export def Restart()
  deaths = 0
  Stop()
  process = null_job
  ready = false
  Start()
enddef

export def Status(): string
  if !Running()
    return 'codestral-ls does not run'
  endif
  return $'codestral-ls: {status.state}' .. (status.message == '' ? '' : $', {status.message}')
enddef

# ---- documents ----

def Uri(path: string): string
  const whole = fnamemodify(path, ':p')->substitute('/$', '', '')
  return 'file://' .. whole->substitute('[^A-Za-z0-9_.~/-]', (found) => Escaped(found[0]), 'g')
enddef

def Escaped(character: string): string
  return range(strlen(character))->mapnew((_, at) => printf('%%%02X', char2nr(strpart(character, at, 1), 0)))->join('')
enddef

def UriOf(buffer: number): string
  return Uri(bufname(buffer)->fnamemodify(':p'))
enddef

def Wanted(buffer: number): bool
  return getbufvar(buffer, '&buftype') == '' && bufname(buffer) != '' && getbufvar(buffer, '&filetype') != ''
    && get(g:, 'codestral_ls_enabled', true) && getbufvar(buffer, 'codestral_ls_enabled', true)
enddef

def TextOf(buffer: number, first: number, last: number): string
  const lines = getbufline(buffer, first, last)
  return empty(lines) ? '' : lines->join("\n") .. "\n"
enddef

export def Entered()
  const buffer = bufnr()
  if !Wanted(buffer)
    return
  endif
  Start()
  if !ready || has_key(documents, buffer)
    return
  endif
  const type = getbufvar(buffer, '&filetype')
  documents[buffer] = {version: 1, listener: listener_add(Changed, buffer)}
  Notify('textDocument/didOpen', {textDocument: {
    uri: UriOf(buffer), languageId: get(LANGUAGES, type, type), version: 1, text: TextOf(buffer, 1, line('$')),
  }})
enddef

def Changed(buffer: number, first: number, end: number, added: number, changes: list<dict<number>>)
  const document = get(documents, buffer, {})
  if empty(document)
    return
  endif
  document.version += 1
  # Line numbers of several changes are those of different moments: the whole text is simpler and as right.
  const change = len(changes) > 1 ? {text: TextOf(buffer, 1, getbufinfo(buffer)[0].linecount)} : {
    range: {start: {line: first - 1, character: 0}, end: {line: end - 1, character: 0}},
    text: TextOf(buffer, first, end + added - 1),
  }
  Notify('textDocument/didChange', {
    textDocument: {uri: UriOf(buffer), version: document.version}, contentChanges: [change],
  })
enddef

export def Closed(buffer: number)
  if has_key(documents, buffer)
    listener_remove(documents[buffer].listener)
    remove(documents, buffer)
    Notify('textDocument/didClose', {textDocument: {uri: UriOf(buffer)}})
  endif
enddef

# ---- asking and showing ----

def Tick(): string
  return $'{bufnr()}:{b:changedtick}:{line(".")}:{col(".")}'
enddef

def Welcome(): bool
  return mode() =~ '^i' && reg_recording() == '' && reg_executing() == '' && has_key(documents, bufnr())
enddef

export def Keystroke()
  if !Welcome()
    Hide()
    return
  endif
  Draw()
  if Tick() == tick
    return
  endif
  tick = Tick()
  Ask(2)
enddef

# Ask for what may stand at the cursor; kind 1 is an explicit question, 2 an automatic one.
export def Ask(kind: number)
  if !ready || !has_key(documents, bufnr())
    return
  endif
  listener_flush()
  if asked > 0
    Notify('$/cancelRequest', {id: asked})
  endif
  const position = {line: line('.') - 1, character: strchars(getline('.')->strpart(0, col('.') - 1))}
  const at = Tick()
  const sent = ch_sendexpr(process, {
    method: 'textDocument/inlineCompletion',
    params: {textDocument: {uri: UriOf(bufnr())}, position: position, context: {triggerKind: kind}},
  }, {callback: (_, reply) => Answered(at, reply)})
  asked = type(sent) == v:t_dict ? get(sent, 'id', 0) : 0
enddef

def Answered(at: string, reply: dict<any>)
  if at != Tick() || !Welcome()
    return
  endif
  asked = 0
  const result = get(reply, 'result', v:null)
  const items = type(result) == v:t_dict ? get(result, 'items', []) : type(result) == v:t_list ? result : []
  if empty(items)
    Hide()
    return
  endif
  const item = items[0]
  const cursor = strchars(getline('.')->strpart(0, col('.') - 1))
  const from = has_key(item, 'range') ? item.range.start.character : cursor
  const after = has_key(item, 'range') ? max([0, item.range.end.character - cursor]) : 0
  offer = {
    item: item, buffer: bufnr(), line: line('.'), column: strlen(getline('.')->strcharpart(0, from)) + 1,
    text: item.insertText->substitute("\r\n\\?", "\n", 'g'), after: after,
  }
  Draw()
  Notify('textDocument/didShowCompletion', {item: item})
enddef

# What is left of the offer at the cursor; empty where the text went another way.
def Rest(): string
  if empty(offer) || offer.buffer != bufnr() || offer.line > line('.')
    return ''
  endif
  var lines = getline(offer.line, line("."))
  lines[-1] = lines[-1]->strpart(0, col('.') - 1)
  if len(lines) == 1 && col('.') < offer.column
    return ''
  endif
  lines[0] = lines[0]->strpart(offer.column - 1)
  const typed = lines->join("\n")
  return stridx(offer.text, typed) == 0 ? offer.text->strpart(strlen(typed)) : ''
enddef

def Draw()
  Erase()
  const rest = Rest()
  if rest == ''
    offer = {}
    return
  endif
  if empty(prop_type_get(PROPERTY))
    prop_type_add(PROPERTY, {highlight: 'CodestralGhost', combine: false})
  endif
  const lines = rest->split("\n", true)->mapnew((_, line) => line->substitute("\t", repeat(' ', &tabstop), 'g'))
  if lines[0] != ''
    prop_add(line('.'), col('.'), {type: PROPERTY, text: lines[0]})
  endif
  if !pumvisible()
    for line in lines[1 :]
      prop_add(line('.'), 0, {type: PROPERTY, text_align: 'below', text: line == '' ? ' ' : line})
    endfor
  endif
enddef

def Erase()
  if !empty(prop_type_get(PROPERTY))
    prop_remove({type: PROPERTY, all: true})
  endif
enddef

def Hide()
  offer = {}
  Erase()
enddef

export def Left()
  Hide()
  tick = ''
enddef

export def Dismiss()
  Hide()
  tick = Tick()
enddef

export def Visible(): bool
  return Rest() != ''
enddef

# ---- accepting ----

# For a mapping with <expr>: the keys that accept a part of the completion ('whole', 'word' or 'line'); `otherwise` without one.
export def Accept(otherwise: string, part: string = 'whole'): string
  const rest = Rest()
  if rest == ''
    return otherwise
  endif
  const word = '^\_s*\(\k\+\|[^[:keyword:][:space:]]\+\)\?'
  taken = part == 'word' ? rest->matchstr(word) : part == 'line' ? rest->matchstr('^\n*[^\n]*') : rest
  const is_whole = taken == rest
  # Another moment, because a mapping with <expr> may not change the text.
  const deleting = is_whole ? repeat("\<Del>", offer.after) : ''
  Report(offer.item, is_whole, offer.text->strpart(0, strlen(offer.text) - strlen(rest)) .. taken)
  return "\<C-G>u" .. deleting .. "\<C-R>\<C-O>=codestral_ls#Taken()\<CR>\<C-G>u"
enddef

export def Taken(): string
  return taken
enddef

def Utf16Length(text: string): number
  return str2list(text)->reduce((sum, code) => sum + (code > 0xffff ? 2 : 1), 0)
enddef

def Report(item: dict<any>, is_whole: bool, text: string)
  if is_whole && has_key(item, 'command')
    const params = {command: item.command.command, arguments: get(item.command, 'arguments', [])}
    ch_sendexpr(process, {method: 'workspace/executeCommand', params: params}, {callback: (_, _) => 0})
  elseif !is_whole
    const breaks = stridx(item.insertText, "\r\n") >= 0 ? count(text, "\n") : 0
    Notify('textDocument/didPartiallyAcceptCompletion', {item: item, acceptedLength: Utf16Length(text) + breaks})
  endif
enddef

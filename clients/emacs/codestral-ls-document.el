;;; codestral-ls-document.el --- Buffers as the language server sees them  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Keeps the server's copy of a buffer equal to it by sending changes, and
;; converts positions to those of the protocol and back.  It also requests
;; completions from the mode's own server and reports what happens to
;; them.  When to ask is decided in codestral-ls.el.

;;; Code:

(require 'codestral-ls-connection)

(defcustom codestral-ls-language-ids
  '((c++-mode . "cpp") (c++-ts-mode . "cpp") (csharp-mode . "csharp")
    (js-mode . "javascript") (js2-mode . "javascript") (sh-mode . "shellscript")
    (bash-ts-mode . "shellscript") (js-jsx-mode . "javascriptreact")
    (tsx-ts-mode . "typescriptreact") (mhtml-mode . "html")
    (emacs-lisp-mode . "elisp") (text-mode . "plaintext"))
  "Language identifiers of major modes whose name does not tell."
  :type '(alist :key-type symbol :value-type string)
  :group 'codestral-ls)

(defvar-local codestral-ls--opened nil
  "The connection to which this buffer is open.")
(defvar-local codestral-ls--opened-uri nil
  "The URI under which this buffer is open.")
(defvar-local codestral-ls--version 0)
(defvar-local codestral-ls--changes nil
  "Changes that the server has not seen, the newest first.
The symbol `whole' if they are unknown.")
(defvar-local codestral-ls--change-begun nil
  "Start and end of the current change, in the buffer and in the protocol.")

(defun codestral-ls-uri ()
  "Return the URI of this buffer, which a server knows until it is closed."
  (cond ((and codestral-ls--opened codestral-ls--opened-uri))
        (buffer-file-name (codestral-ls--file-uri buffer-file-name))
        (t (concat "untitled:" (url-hexify-string (buffer-name))))))

(defun codestral-ls--language-id ()
  "Return the protocol's name for this buffer's language."
  (or (alist-get major-mode codestral-ls-language-ids)
      (get major-mode 'eglot-language-id)
      (replace-regexp-in-string "\\(-ts\\)?-mode\\'" "" (symbol-name major-mode))))

(defun codestral-ls-position (&optional point near)
  "Return the protocol's position of POINT, or of point.
NEAR is a cons of an earlier place and its known position; lines are counted
from there, because counting from the top of a long file is slow."
  (save-restriction
    (widen)
    (save-excursion
      (goto-char (or point (point)))
      (let* ((here (point))
             (start (pos-bol))
             (column (- here start))
             (line (if near
                       (+ (plist-get (cdr near) :line)
                          (count-lines (save-excursion (goto-char (car near)) (pos-bol)) start))
                     (1- (line-number-at-pos here t)))))
        (when (and codestral-ls--opened
                   (eq (codestral-ls-connection-encoding codestral-ls--opened) 'utf-16))
          (goto-char start)
          (while (re-search-forward "[\U00010000-\U0010ffff]" here t)
            (setq column (1+ column))))
        (list :line line :character column)))))

(defun codestral-ls-point (position)
  "Return the buffer position of the protocol's POSITION; fast near point."
  (save-restriction
    (widen)
    (save-excursion
      (let ((line (1- (line-number-at-pos nil t))))
        (goto-char (pos-bol))
        (forward-line (- (plist-get position :line) line)))
      (let ((left (plist-get position :character))
            (wide (eq (codestral-ls-connection-encoding codestral-ls--opened) 'utf-16)))
        (while (and (> left 0) (not (eolp)))
          (setq left (- left (if (and wide (> (char-after) #xffff)) 2 1)))
          (forward-char 1)))
      (point))))

(defun codestral-ls-open (connection)
  "Open this buffer on CONNECTION, once."
  (unless (eq codestral-ls--opened connection)
    (setq codestral-ls--opened nil
          codestral-ls--opened-uri (codestral-ls-uri)
          codestral-ls--opened connection
          codestral-ls--changes nil
          codestral-ls--version (1+ codestral-ls--version))
    (jsonrpc-notify
     connection :textDocument/didOpen
     (list :textDocument (list :uri (codestral-ls-uri) :languageId (codestral-ls--language-id)
                               :version codestral-ls--version
                               :text (codestral-ls--text))))))

(defun codestral-ls-close ()
  "Close this buffer on the server."
  (when (and codestral-ls--opened (codestral-ls-hears-p codestral-ls--opened))
    (jsonrpc-notify codestral-ls--opened :textDocument/didClose
                    (list :textDocument (list :uri (codestral-ls-uri)))))
  (setq codestral-ls--opened nil))

(declare-function codestral-ls--hide "codestral-ls")

(defun codestral-ls--renamed ()
  "Close this buffer under its old name.
It is opened under the new one, in its project, when a completion is wanted."
  (codestral-ls--own-cancel)
  (codestral-ls--hide)
  (codestral-ls-close)
  (setq codestral-ls--root nil))

(defun codestral-ls--text ()
  "Return the whole text of this buffer."
  (save-restriction (widen) (buffer-substring-no-properties (point-min) (point-max))))

(defun codestral-ls--before-change (start end)
  "Remember the protocol's positions of the change between START and END."
  (when codestral-ls--opened
    (setq codestral-ls--change-begun
          (unless (eq codestral-ls--changes 'whole)
            (let ((from (codestral-ls-position start)))
              (list start end from
                    (if (= start end) from (codestral-ls-position end (cons start from)))))))))

(defun codestral-ls--after-change (start end length)
  "Store the change that put START to END in place of LENGTH characters."
  (when (and codestral-ls--opened (not (eq codestral-ls--changes 'whole)))
    (pcase codestral-ls--change-begun
      ;; Emacs may announce more than it changes; then the remembered positions do not fit.
      (`(,(pred (= start)) ,(pred (= (+ start length))) ,from ,to)
       (push (list :range (list :start from :end to)
                   :text (save-restriction
                           (widen) (buffer-substring-no-properties start end)))
             codestral-ls--changes))
      (_ (setq codestral-ls--changes 'whole))))
  (setq codestral-ls--change-begun nil))

(defun codestral-ls-synchronize ()
  "Send the new edits of this buffer to the server."
  (when (and codestral-ls--opened codestral-ls--changes)
    (setq codestral-ls--version (1+ codestral-ls--version))
    (jsonrpc-notify
     codestral-ls--opened :textDocument/didChange
     (list :textDocument (list :uri (codestral-ls-uri) :version codestral-ls--version)
           :contentChanges (if (eq codestral-ls--changes 'whole)
                               (vector (list :text (codestral-ls--text)))
                             (vconcat (nreverse codestral-ls--changes)))))
    (setq codestral-ls--changes nil)))

;;; The mode's own connection

(defvar-local codestral-ls--pending nil
  "Identifier of the request under way.")

(defun codestral-ls--own-connection ()
  "Return the connection if this buffer is open on it."
  (let ((connection (codestral-ls-connect)))
    (when (and (codestral-ls-connection-ready connection) (codestral-ls-hears-p connection))
      (codestral-ls-open connection)
      connection)))

(defun codestral-ls--own-ask (kind then)
  "Ask for completions of KIND and call THEN with their list."
  (when-let* ((connection (codestral-ls--own-connection)))
    (codestral-ls-while-heard connection
      (codestral-ls--own-cancel)
      (codestral-ls-synchronize)
      (setq codestral-ls--pending
            (codestral-ls-request
             connection :textDocument/inlineCompletion
             (list :textDocument (list :uri (codestral-ls-uri)) :position (codestral-ls-position)
                   :context (list :triggerKind (if (eq kind 'explicit) 1 2)))
             (lambda (result)
               (setq codestral-ls--pending nil)
               (funcall then (codestral-ls-items-of result))))))))

(defun codestral-ls-items-of (result)
  "Return the list of items in RESULT, which may be a list object or a vector."
  (append (if (vectorp result) result (plist-get result :items)) nil))

(defun codestral-ls--own-cancel ()
  "Cancel the current request."
  (when codestral-ls--opened
    (codestral-ls-cancel codestral-ls--opened codestral-ls--pending))
  (setq codestral-ls--pending nil))

(defun codestral-ls--own-tell (method params)
  "Notify the server by METHOD with PARAMS."
  (when (and codestral-ls--opened (codestral-ls-hears-p codestral-ls--opened))
    (jsonrpc-notify codestral-ls--opened method params)))

(defun codestral-ls--own-run (command)
  "Run the server's COMMAND and ignore the result."
  (when (and codestral-ls--opened (codestral-ls-hears-p codestral-ls--opened))
    (jsonrpc-async-request codestral-ls--opened :workspace/executeCommand
                           (list :command (plist-get command :command)
                                 :arguments (or (plist-get command :arguments) []))
                           :success-fn #'ignore :error-fn #'ignore :timeout-fn #'ignore)))

(defun codestral-ls--own-request (method params then)
  "Ask the server for METHOD with PARAMS and call THEN with the result."
  (when-let* ((connection (codestral-ls--own-connection)))
    (codestral-ls-while-heard connection
      (codestral-ls-synchronize)
      (codestral-ls-request connection method params then))))

(defun codestral-ls--own-identifier ()
  "Return this buffer's URI and version, or nil if the server's text is older."
  (and codestral-ls--opened (not codestral-ls--changes)
       (list :uri (codestral-ls-uri) :version codestral-ls--version)))

(defconst codestral-ls--own-backend
  (list :ask #'codestral-ls--own-ask :cancel #'codestral-ls--own-cancel :point #'codestral-ls-point
        :tell #'codestral-ls--own-tell :run #'codestral-ls--own-run
        :request #'codestral-ls--own-request :position #'codestral-ls-position
        :identifier #'codestral-ls--own-identifier
        :status (lambda () (and codestral-ls--opened (codestral-ls-connection-status codestral-ls--opened)))))

(provide 'codestral-ls-document)
;;; codestral-ls-document.el ends here

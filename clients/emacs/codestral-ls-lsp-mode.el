;;; codestral-ls-lsp-mode.el --- The server for lsp-mode's inline completion  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: MIT

;;; Commentary:

;; lsp-mode 10 and newer draws inline completions itself:
;;
;;     (require 'codestral-ls-lsp-mode)
;;     (add-hook 'prog-mode-hook #'lsp)
;;
;; The server is an add-on, so it runs next to the language's own.  Keys
;; and delays are lsp-mode's: `lsp-inline-completion-active-map',
;; `lsp-inline-completion-idle-delay'.  It does not need
;; `codestral-ls-mode', and must not be used together with it.

;;; Code:

(require 'codestral-ls-connection)
(require 'lsp-mode nil t)

(declare-function lsp-register-client "lsp-mode" (client))
(declare-function lsp-stdio-connection "lsp-mode" (command &optional test-command))
(declare-function make-lsp-client "lsp-mode" (&rest slots))

(defun codestral-ls-lsp-mode-register ()
  "Make the server known to lsp-mode."
  (lsp-register-client
   (make-lsp-client
    :new-connection (lsp-stdio-connection #'codestral-ls-command-line)
    :activation-fn (lambda (_file _mode) t)
    :add-on? t
    :priority -3
    :server-id 'codestral-ls
    :notification-handlers
    (let ((handlers (make-hash-table :test #'equal)))
      (puthash "codestral-ls/status" #'codestral-ls-lsp-mode--status handlers)
      (puthash "didChangeStatus" #'ignore handlers)
      handlers))))

(defun codestral-ls-lsp-mode--status (_workspace params)
  "Show an error in PARAMS to the user."
  (let ((kind (if (hash-table-p params) (gethash "kind" params) (plist-get params :kind)))
        (message (if (hash-table-p params) (gethash "message" params) (plist-get params :message))))
    (when (equal kind "Error")
      (message "codestral-ls: %s" message))))

(when (featurep 'lsp-mode)
  (codestral-ls-lsp-mode-register))

(provide 'codestral-ls-lsp-mode)
;;; codestral-ls-lsp-mode.el ends here

;;; codestral-ls-eglot.el --- Ghost text through eglot's connection  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: MIT

;;; Commentary:

;; To use codestral-ls as the only server of a buffer:
;;
;;     (require 'codestral-ls-eglot)
;;     (codestral-ls-eglot-use 'python-base-mode)
;;     (add-hook 'python-base-mode-hook #'eglot-ensure)
;;
;; Then eglot starts the server and sends the text, and
;; `codestral-ls-mode' shows completions over eglot's connection; if eglot's
;; server cannot complete inline, nothing happens.  Next to another server,
;; use only `codestral-ls-mode' instead.

;;; Code:

(require 'cl-lib)
(require 'codestral-ls)
(require 'eglot)

(declare-function eglot--signal-textDocument/didChange "eglot")
(declare-function eglot--lsp-position-to-point "eglot" (pos-plist &optional marker))
(declare-function eglot--pos-to-lsp-position "eglot" (&optional pos))
(declare-function eglot--TextDocumentIdentifier "eglot")
(declare-function eglot--VersionedTextDocumentIdentifier "eglot")
(declare-function eglot--cmd "eglot" (contact))
(declare-function eglot--capabilities "eglot" (server))
(declare-function eglot--managed-buffers "eglot" (server))

(defvar tramp-use-ssh-controlmaster-options)
(defvar tramp-ssh-controlmaster-options)
(defvar-local codestral-ls-eglot--pending nil
  "Identifier of the request under way.")
(defvar-local codestral-ls-eglot--status nil
  "The last status of this buffer's server.")

(defun codestral-ls-eglot--ask (kind then)
  "Ask for completions of KIND and call THEN with their list."
  (when-let* ((server (eglot-current-server)))
    (codestral-ls-eglot--cancel)
    (eglot--signal-textDocument/didChange)
    (setq codestral-ls-eglot--pending
          (codestral-ls-request
           server :textDocument/inlineCompletion
           (list :textDocument (eglot--TextDocumentIdentifier)
                 :position (eglot--pos-to-lsp-position)
                 :context (list :triggerKind (if (eq kind 'explicit) 1 2)))
           (lambda (result)
             (setq codestral-ls-eglot--pending nil)
             (funcall then (codestral-ls-items-of result)))))))

(defun codestral-ls-eglot--cancel ()
  "Cancel the current request."
  (when-let* ((server (eglot-current-server)))
    (codestral-ls-cancel server codestral-ls-eglot--pending))
  (setq codestral-ls-eglot--pending nil))

(defun codestral-ls-eglot--run (command)
  "Run the server's COMMAND and ignore the result."
  (when-let* ((server (eglot-current-server)))
    (jsonrpc-async-request server :workspace/executeCommand
                           (list :command (plist-get command :command)
                                 :arguments (or (plist-get command :arguments) []))
                           :success-fn #'ignore :error-fn #'ignore :timeout-fn #'ignore)))

(defvar eglot--recent-changes)

(defun codestral-ls-eglot--identifier ()
  "Return this buffer's URI and version, or nil if the server's text is older."
  (and (eglot-current-server) (not eglot--recent-changes)
       (eglot--VersionedTextDocumentIdentifier)))

(defconst codestral-ls-eglot--backend
  (list :ask #'codestral-ls-eglot--ask :cancel #'codestral-ls-eglot--cancel
        :point #'eglot--lsp-position-to-point :position #'eglot--pos-to-lsp-position
        :request (lambda (method params then)
                   (when-let* ((server (eglot-current-server)))
                     (eglot--signal-textDocument/didChange)
                     (codestral-ls-request server method params then)))
        :run #'codestral-ls-eglot--run :identifier #'codestral-ls-eglot--identifier
        :tell (lambda (method params)
                (when-let* ((server (eglot-current-server)))
                  (jsonrpc-notify server method params)))
        :status (lambda () codestral-ls-eglot--status)))

(cl-defmethod eglot-handle-notification
  (server (_method (eql codestral-ls/status)) &rest params)
  "Keep the status PARAMS of SERVER for the mode line."
  (dolist (buffer (eglot--managed-buffers server))
    (with-current-buffer buffer
      (let ((before codestral-ls-eglot--status))
        (setq codestral-ls-eglot--status (codestral-ls-status-of params))
        (when (and codestral-ls-mode before (eq buffer (window-buffer))
                   (codestral-ls-can-answer-p codestral-ls-eglot--status)
                   (not (codestral-ls-can-answer-p before)))
          (codestral-ls--ask 'automatic)))))
  (force-mode-line-update t))

(cl-defmethod eglot-handle-notification
  (_server (_method (eql didChangeStatus)) &rest _params)
  "Ignore the older name of the same status.")

(defun codestral-ls-eglot--managed ()
  "Switch `codestral-ls-mode' with eglot if the server completes inline."
  (if (and (eglot-managed-p)
           (plist-member (eglot--capabilities (eglot-current-server)) :inlineCompletionProvider))
      (progn (setq codestral-ls-backend codestral-ls-eglot--backend)
             (codestral-ls-mode 1))
    (when (eq codestral-ls-backend codestral-ls-eglot--backend)
      (codestral-ls-mode -1))))

(add-hook 'eglot-managed-mode-hook #'codestral-ls-eglot--managed)

(defun codestral-ls-eglot--process ()
  "Start the server for eglot, on the machine of the project but not in its folder."
  (let ((default-directory (if (file-remote-p default-directory)
                               default-directory
                             (codestral-ls-neutral-folder)))
        ;; As eglot does it: Tramp's own way cannot handle much data.
        (tramp-use-ssh-controlmaster-options 'suppress)
        (tramp-ssh-controlmaster-options "-o ControlMaster=no -o ControlPath=none"))
    (make-process
     :name "EGLOT (codestral-ls)" :command (eglot--cmd (codestral-ls-command-line))
     :connection-type 'pipe :coding 'utf-8-emacs-unix :noquery t :file-handler t
     :stderr (get-buffer-create "*EGLOT (codestral-ls) stderr*"))))

(defun codestral-ls-eglot--key (mode)
  "Return MODE's key in `eglot-server-programs', with its language identifier.
From a base mode such as `python-base-mode' eglot makes \"python-base\",
which is not a language identifier."
  (let ((name (symbol-name mode)))
    (if (string-match "\\`\\(.+\\)-base-mode\\'" name)
        (list (list mode :language-id (match-string 1 name)))
      mode)))

;;;###autoload
(defun codestral-ls-eglot-use (mode)
  "Make codestral-ls eglot's server in major MODE."
  (setf (alist-get (codestral-ls-eglot--key mode) eglot-server-programs nil nil #'equal)
        ;; eglot does not announce that ghost text is drawn; without this there would also be a menu entry.
        (list 'eglot-lsp-server
              :process #'codestral-ls-eglot--process
              :initializationOptions '(:completionMenu :json-false))))

(provide 'codestral-ls-eglot)
;;; codestral-ls-eglot.el ends here

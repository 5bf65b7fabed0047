;;; codestral-ls-connection.el --- The language server's process and protocol  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Runs one server per project over a connection of its own, next to
;; whatever eglot or lsp-mode run for the same buffer.  Servers are started
;; without waiting for them, and restarted after a crash.  The text of
;; buffers is handled in codestral-ls-document.el.

;;; Code:

(require 'jsonrpc)
(require 'project)
(require 'url-util)

(defgroup codestral-ls nil
  "Code completion as ghost text."
  :group 'convenience
  :prefix "codestral-ls-"
  :link '(url-link "https://github.com/codestral-ls/codestral-ls"))

(defcustom codestral-ls-command '("codestral-ls" "serve")
  "Command that runs the language server, as a list of strings."
  :type '(repeat string)
  :risky t)

(defcustom codestral-ls-settings nil
  "Options of the server, as a property list of property lists.
For example (:completion (:max_lines 4)).  They go on the server's command
line: a project's directory-local variables cannot set them."
  :type 'plist
  :risky t)

(defvar codestral-ls--connections (make-hash-table :test #'equal)
  "Connections by project root.")

(defvar codestral-ls--deaths nil
  "Times at which a server crashed, the newest first.")

(defconst codestral-ls--most-deaths 5
  "Crashes within `codestral-ls--death-window' after which none is restarted.")

(defconst codestral-ls--death-window 180
  "Seconds in which crashes are counted.")

(defvar codestral-ls-ready-hook nil
  "Run with a connection when its server can answer.")

(defvar codestral-ls-gone-hook nil
  "Run with a connection when its server has gone.")

(defclass codestral-ls-connection (jsonrpc-process-connection)
  ((root :initarg :root :reader codestral-ls-connection-root)
   (ready :initform nil :accessor codestral-ls-connection-ready)
   (encoding :initform 'utf-16 :accessor codestral-ls-connection-encoding)
   (commands :initform nil :accessor codestral-ls-connection-commands)
   (status :initform nil :accessor codestral-ls-connection-status)
   (said :initform nil :accessor codestral-ls-connection-said)
   (leaving :initform nil :accessor codestral-ls-connection-leaving))
  "A server and what is known of it.")

;;; Starting and ending

(defun codestral-ls-command-line (&optional subcommand)
  "Return the server's command line, with the user's settings.
SUBCOMMAND is run in place of \"serve\".
Buffer-local and directory-local values are ignored: a project could set them."
  (let ((settings (default-value 'codestral-ls-settings))
        (command (default-value 'codestral-ls-command)))
    (append (if subcommand
                (append (seq-take-while (lambda (word) (not (equal word "serve"))) command)
                        (list subcommand))
              command)
            (and settings
                 (list "--settings" (json-serialize settings :false-object :json-false))))))

(defun codestral-ls--file-uri (file)
  "Return the URI of FILE.
A file on another machine gets its own scheme, so that no file here is meant."
  (if-let* ((machine (file-remote-p file)))
      (concat "tramp://" (url-hexify-string (string-trim machine "/" ":"))
              (url-hexify-string (file-local-name file) url-path-allowed-chars))
    (concat "file://" (url-hexify-string (file-truename file) url-path-allowed-chars))))

(defvar-local codestral-ls--root nil
  "The folder of this buffer's project, once it is known.")

(defun codestral-ls--root ()
  "Return the folder of this buffer's project, cached because the search is slow.
Files on other machines have no project here, and share a server."
  (or codestral-ls--root
      (setq codestral-ls--root
            (if (file-remote-p default-directory)
                "/"
              (let ((project (project-current)))
                (expand-file-name (if project (project-root project) default-directory)))))))

(defun codestral-ls-connect ()
  "Return the connection for this buffer's project; start it if needed."
  (let* ((root (codestral-ls--root))
         (connection (gethash root codestral-ls--connections)))
    (if (and connection (jsonrpc-running-p connection))
        connection
      (puthash root (codestral-ls--start root) codestral-ls--connections))))

(defun codestral-ls-hears-p (connection)
  "Return non-nil if a message can be sent to the server of CONNECTION.
A stopped process still exists, but writing to it is an error."
  (and (memq (process-status (jsonrpc--process connection)) '(run open)) t))

(defmacro codestral-ls-while-heard (connection &rest body)
  "Evaluate BODY, which sends to CONNECTION; nil if its server dies meanwhile."
  (declare (indent 1))
  `(condition-case problem
       (progn ,@body)
     (error (when (codestral-ls-hears-p ,connection)
              (signal (car problem) (cdr problem))))))

(defconst codestral-ls--most-log (* 256 1024)
  "Characters of the server's log that are kept.")

(defun codestral-ls--log-pipe ()
  "Return a pipe to a hidden buffer for the end of a server's log."
  (make-pipe-process
   :name "codestral-ls log" :buffer (get-buffer-create " *codestral-ls log*") :noquery t
   :filter (lambda (process text)
             (when (buffer-live-p (process-buffer process))
               (with-current-buffer (process-buffer process)
                 (save-excursion (goto-char (point-max)) (insert text))
                 (when (> (buffer-size) codestral-ls--most-log)
                   (delete-region (point-min) (- (point-max) (/ codestral-ls--most-log 2)))))))
   :sentinel #'ignore))

(defun codestral-ls-neutral-folder ()
  "Return a folder for the server to run in.
It is not the project's: with an empty or relative entry in PYTHONPATH,
Python would import modules from there."
  (if (file-directory-p "~/") (expand-file-name "~/") "/"))

(defun codestral-ls-own-environment ()
  "Return the environment for a program in the folder of a project.
PYTHONPATH keeps only its absolute folders."
  (let ((kept (seq-filter (lambda (entry)
                            ;; "~" is a folder of that name to Python.
                            (and (file-name-absolute-p entry) (not (string-prefix-p "~" entry))))
                          (split-string (or (getenv "PYTHONPATH") "") path-separator t))))
    (cons (if kept (concat "PYTHONPATH=" (string-join kept path-separator)) "PYTHONPATH")
          process-environment)))

(defun codestral-ls--start (root)
  "Start a server for the project at ROOT; it is initialized later."
  (unless (executable-find (car (default-value 'codestral-ls-command)))
    (user-error "Cannot run %s: pip install .[local] in a checkout, or set `codestral-ls-command'"
                (car (default-value 'codestral-ls-command))))
  (let* ((default-directory (codestral-ls-neutral-folder))
         (connection
          (make-instance
           'codestral-ls-connection
           :name "codestral-ls" :root root
           :events-buffer-config '(:size 0 :format full)
           :process (make-process
                     :name "codestral-ls" :command (codestral-ls-command-line)
                     :connection-type 'pipe :coding 'utf-8-emacs-unix :noquery t
                     :stderr (codestral-ls--log-pipe))
           :notification-dispatcher #'codestral-ls--notified
           :request-dispatcher #'codestral-ls--requested
           :on-shutdown #'codestral-ls--gone)))
    (jsonrpc-async-request
     connection :initialize (codestral-ls--initialize-params root)
     :success-fn (lambda (result) (codestral-ls--initialized connection result))
     :error-fn (lambda (err) (message "codestral-ls: %s" (plist-get err :message)))
     :timeout 60)
    connection))

(defun codestral-ls--initialize-params (root)
  "Return the initialize parameters for a new server for ROOT."
  (let ((uri (codestral-ls--file-uri root)))
    (list :processId (emacs-pid)
          :clientInfo (list :name "Emacs" :version emacs-version)
          :rootUri uri
          :workspaceFolders
          (vector (list :uri uri :name (file-name-nondirectory (directory-file-name root))))
          :initializationOptions (make-hash-table)
          :capabilities
          (list :general (list :positionEncodings ["utf-32" "utf-16"])
                :window (list :workDoneProgress t)
                :workspace (list :configuration t :workspaceFolders t :executeCommand (make-hash-table)
                                 :applyEdit t :workspaceEdit (list :documentChanges t :resourceOperations ["create"]))
                :textDocument
                (list :synchronization (list :didSave t)
                      :codeAction (list :codeActionLiteralSupport
                                        (list :codeActionKind (list :valueSet ["refactor.rewrite"])))
                      :inlineCompletion (make-hash-table))))))

(defun codestral-ls--initialized (connection result)
  "Handle the server's RESULT of initialize on CONNECTION."
  (let* ((capabilities (plist-get result :capabilities))
         (commands (plist-get (plist-get capabilities :executeCommandProvider) :commands)))
    (setf (codestral-ls-connection-encoding connection)
          (if (equal (plist-get capabilities :positionEncoding) "utf-32") 'utf-32 'utf-16)
          (codestral-ls-connection-commands connection) (append commands nil)
          (codestral-ls-connection-ready connection) t)
    (jsonrpc-notify connection :initialized (make-hash-table))
    (run-hook-with-args 'codestral-ls-ready-hook connection)))

(defun codestral-ls-disconnect (connection)
  "End CONNECTION and its server, which is not restarted automatically."
  (setf (codestral-ls-connection-leaving connection) t)
  (remhash (codestral-ls-connection-root connection) codestral-ls--connections)
  (when (codestral-ls-hears-p connection)
    (jsonrpc-async-request connection :shutdown nil
                           :success-fn (lambda (_) (jsonrpc-notify connection :exit nil))
                           :error-fn #'ignore :timeout-fn #'ignore :timeout 3)
    (run-at-time 3 nil (lambda ()
                         (when (jsonrpc-running-p connection)
                           (delete-process (jsonrpc--process connection)))))))

(defun codestral-ls--gone (connection)
  "Handle the end of CONNECTION's server; restart it unless we ended it."
  (let ((root (codestral-ls-connection-root connection)))
    (setf (codestral-ls-connection-ready connection) nil)
    (when (eq (gethash root codestral-ls--connections) connection)
      (remhash root codestral-ls--connections))
    (run-hook-with-args 'codestral-ls-gone-hook connection)
    (unless (codestral-ls-connection-leaving connection)
      (push (float-time) codestral-ls--deaths)
      (setq codestral-ls--deaths
            (seq-filter (lambda (at) (< (- (float-time) at) codestral-ls--death-window))
                        codestral-ls--deaths))
      (if (> (length codestral-ls--deaths) codestral-ls--most-deaths)
          (message "codestral-ls has died five times; M-x codestral-ls-restart starts it again")
        (run-at-time (* 0.5 (expt 2 (1- (length codestral-ls--deaths)))) nil
                     #'codestral-ls--come-back)))))

(defun codestral-ls--come-back ()
  "Connect every buffer in which the mode is on but has no server."
  (dolist (buffer (buffer-list))
    ;; Connecting runs hooks that may kill some of these buffers.
    (when (buffer-live-p buffer)
      (with-current-buffer buffer
        (when (bound-and-true-p codestral-ls-mode)
          (condition-case problem
              (codestral-ls-connect)
            (error (message "codestral-ls: %s" (error-message-string problem)))))))))

;;; Requests that can be cancelled

(declare-function jsonrpc--async-request-1 "jsonrpc")

(defvar codestral-ls-request-seconds 30
  "Seconds after which a request times out.")

(defvar codestral-ls-request-failed #'ignore
  "Called with a sentence when a request failed or timed out.")

(defun codestral-ls-request (connection method params then)
  "Ask CONNECTION for METHOD with PARAMS; call THEN with the result in this buffer.
Return the request's identifier for `codestral-ls-cancel'."
  ;; `jsonrpc-async-request' returns nil; the function that it calls
  ;; returns a list of the identifier and a timer, in Emacs 29 and 30.
  (let ((buffer (current-buffer))
        (failed codestral-ls-request-failed))
    (car (jsonrpc--async-request-1
          connection method params
          :success-fn (lambda (result)
                        (when (buffer-live-p buffer)
                          (with-current-buffer buffer (funcall then result))))
          :error-fn (lambda (problem) (funcall failed (plist-get problem :message)))
          :timeout-fn (lambda () (funcall failed "The server did not answer."))
          :timeout codestral-ls-request-seconds))))

(defun codestral-ls-cancel (connection identifier)
  "Cancel the request IDENTIFIER on CONNECTION."
  (when (and identifier (codestral-ls-hears-p connection))
    (jsonrpc-notify connection :$/cancelRequest (list :id identifier))))

;;; Notifications and requests of the server

(defun codestral-ls-status-of (params)
  "Return :kind, :busy and :message from PARAMS of either notification."
  (let ((state (plist-get params :state)))
    (list :kind (pcase state
                  ((or "ready" "loading") "Normal")
                  ("offline" "Warning") ("paused" "Inactive")
                  ((or "needs_key" "error") "Error")
                  (_ (or (plist-get params :kind) "Normal")))
          :busy (or (equal state "loading") (eq (plist-get params :busy) t))
          :message (or (plist-get params :message) ""))))

(defun codestral-ls-can-answer-p (status)
  "Return non-nil if a server with STATUS can complete now."
  (and (equal (plist-get status :kind) "Normal") (not (plist-get status :busy))))

(defun codestral-ls--notified (connection method params)
  "Handle the notification METHOD with PARAMS on CONNECTION."
  (pcase method
    ((or 'codestral-ls/status 'didChangeStatus)
     (let ((before (codestral-ls-connection-status connection))
           (status (codestral-ls-status-of params)))
       (setf (codestral-ls-connection-status connection) status)
       (when (and (equal (plist-get status :kind) "Error")
                  (not (equal (plist-get status :message) (plist-get before :message))))
         (codestral-ls--say connection (plist-get status :message)))
       (when (codestral-ls-can-answer-p status)
         (setf (codestral-ls-connection-said connection) nil))
       (when (and before (codestral-ls-can-answer-p status) (not (codestral-ls-can-answer-p before)))
         (run-hook-with-args 'codestral-ls-ready-hook connection)))
     (force-mode-line-update t))
    ('$/progress (codestral-ls--progress (plist-get params :token) (plist-get params :value)))
    ('window/showMessage (codestral-ls--say connection (plist-get params :message)))))

(defun codestral-ls--say (connection text)
  "Show TEXT of the server of CONNECTION, once until it can answer again.
A problem comes both as a status and as a message."
  (let ((text (string-remove-prefix "codestral-ls: " text)))
    (unless (equal text (codestral-ls-connection-said connection))
      (setf (codestral-ls-connection-said connection) text)
      (message "codestral-ls: %s" text))))

(defvar codestral-ls--progress-titles nil
  "Titles of the running progress reports, by token.")

(defun codestral-ls--progress (token value)
  "Show in the echo area the progress VALUE of the work named TOKEN."
  (pcase (plist-get value :kind)
    ("begin" (push (cons token (plist-get value :title)) codestral-ls--progress-titles))
    ("end" (setq codestral-ls--progress-titles
                 (seq-remove (lambda (one) (equal (car one) token)) codestral-ls--progress-titles))))
  (let ((title (cdr (assoc token codestral-ls--progress-titles)))
        (said (plist-get value :message)))
    ;; The mode line already shows that the server starts.  Show nothing
    ;; during a minibuffer prompt, and nothing in *Messages*: many lines.
    (when (and title said (not (equal title "codestral-ls")) (not (active-minibuffer-window)))
      (let ((message-log-max nil))
        (message "codestral-ls: %s: %s" title said)))))

(defun codestral-ls--requested (_connection method params)
  "Answer the server's request METHOD with PARAMS."
  (pcase method
    ('workspace/configuration
     (make-vector (length (plist-get params :items)) nil))
    ('workspace/workspaceFolders nil)
    ((or 'client/registerCapability 'client/unregisterCapability
         'window/workDoneProgress/create 'window/showMessageRequest)
     nil)
    (_ (jsonrpc-error :code -32601 :message (format "Emacs knows no %s" method)))))

(provide 'codestral-ls-connection)
;;; codestral-ls-connection.el ends here

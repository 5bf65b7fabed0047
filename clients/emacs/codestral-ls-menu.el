;;; codestral-ls-menu.el --- The menu, and the choice of the model  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: MIT

;;; Commentary:

;; `codestral-ls-menu' offers all commands by single keys.
;; `codestral-ls-choose-model' lists the backend's models and those of the
;; catalogue, which are fetched first.

;;; Code:

(require 'codestral-ls)
(require 'transient)

(autoload 'codestral-ls-docstring "codestral-ls-write" nil t)
(autoload 'codestral-ls-write-tests "codestral-ls-write" nil t)

;;;###autoload (autoload 'codestral-ls-menu "codestral-ls-menu" nil t)
(transient-define-prefix codestral-ls-menu ()
  "What codestral-ls can do here."
  [["Complete"
    ("c" "now" codestral-ls-complete)
    ("m" "on or off here" codestral-ls-mode)
    ("p" "pause" codestral-ls-pause)]
   ["Write"
    ("d" "docstring" codestral-ls-docstring)
    ("t" "tests" codestral-ls-write-tests)
    ("M" "choose the model" codestral-ls-choose-model)
    ("R" "a stronger model" codestral-ls-recommend-model)]
   ["Look"
    ("e" "explain the last one" codestral-ls-explain)
    ("v" "what would be sent" codestral-ls-preview)
    ("$" "costs" codestral-ls-costs)
    ("D" "doctor" codestral-ls-doctor)
    ("r" "restart" codestral-ls-restart)
    ("," "settings" codestral-ls-customize)
    ("g" "get started" codestral-ls-get-started)]]
  [:description codestral-ls--host-sentence
   ("s" "status" codestral-ls-status)]
  (interactive)
  (codestral-ls--hear-of-host)
  (transient-setup 'codestral-ls-menu))

(defvar codestral-ls--host-said ""
  "The server's last sentence about its model host.")

(defconst codestral-ls--host-seconds 0.3
  "Longest time that the menu waits for the server's sentence.")

(defun codestral-ls--host-sentence ()
  "Return a sentence about the model host, or about the server without a host."
  (let ((status (and codestral-ls-backend (codestral-ls--call :status))))
    (cond ((not (string-empty-p codestral-ls--host-said)) codestral-ls--host-said)
          ((null status) "No server answers here.")
          ((string-empty-p (plist-get status :message)) "The server is ready.")
          (t (plist-get status :message)))))

(defun codestral-ls--hear-of-host ()
  "Ask the server about its model host, and wait a moment for the answer."
  (setq codestral-ls--host-said "")
  (when codestral-ls-backend
    (let ((until (+ (float-time) codestral-ls--host-seconds))
          (codestral-ls-request-failed #'ignore)
          answered)
      (codestral-ls--call :request :workspace/executeCommand
                          (list :command "codestral-ls.host" :arguments [])
                          (lambda (result)
                            (setq answered t
                                  codestral-ls--host-said (or (plist-get result :message) ""))))
      (while (and (not answered) (< (float-time) until))
        (accept-process-output nil 0.02)))))

(declare-function finder-commentary "finder")

(defun codestral-ls-get-started ()
  "Show how to use the package."
  (interactive)
  (require 'finder)
  (finder-commentary "codestral-ls"))

(defun codestral-ls-customize ()
  "Show the options."
  (interactive)
  (customize-group 'codestral-ls))

;;;###autoload
(defun codestral-ls-choose-model ()
  "Choose the model; a model of the catalogue is fetched first.
The choice is kept in `codestral-ls-settings' until Emacs ends."
  (interactive)
  (codestral-ls--command
   "codestral-ls.models" []
   (lambda (known)
     (let ((option (plist-get known :option))
           (pullable (append (plist-get known :pullable) nil)))
       (if (equal option "")
           (message "codestral-ls: %s" (plist-get known :message))
         (let* ((names (append (plist-get known :models)
                               (mapcar (lambda (model) (plist-get model :name)) pullable)))
                (details (mapcar (lambda (model) (cons (plist-get model :name) (plist-get model :detail))) pullable))
                (completion-extra-properties
                 (list :annotation-function
                       (lambda (name)
                         (cond ((equal name (plist-get known :current)) "  in use")
                               ((cdr (assoc name details)) (format "  fetch: %s" (cdr (assoc name details))))))))
                (name (completing-read "Which model writes? " names))
                (model (seq-find (lambda (model) (equal name (plist-get model :name))) pullable)))
           (cond ((string-empty-p name))
                 (model (codestral-ls--pull option model))
                 (t (codestral-ls--use option name)))))))))

(defun codestral-ls--command (name arguments then)
  "Run the server's command NAME with ARGUMENTS; call THEN with the result."
  (unless codestral-ls-backend (user-error "The mode codestral-ls-mode is off here"))
  (let ((codestral-ls-request-seconds 86400)
        (codestral-ls-request-failed (lambda (problem) (message "codestral-ls: %s" problem))))
    (codestral-ls--call :request :workspace/executeCommand (list :command name :arguments arguments) then)))

(defun codestral-ls--pull (option model)
  "Fetch MODEL of the catalogue, then set OPTION to it."
  (let ((licence (plist-get model :licence))
        (name (plist-get model :name)))
    (when (or (equal licence "") (yes-or-no-p (format "%s Accept? " licence)))
      (message "codestral-ls: fetching %s; you can go on meanwhile" name)
      (codestral-ls--command
       "codestral-ls.pullModel"
       (vector (list :name name :licenceAccepted (if (equal licence "") :json-false t)))
       (lambda (result)
         (if (eq (plist-get result :pulled) t)
             (codestral-ls--use option name)
           (message "codestral-ls: %s" (plist-get result :message))))))))

(defun codestral-ls--use (option name)
  "Set the server's OPTION to NAME and restart it."
  (pcase-let* ((`(,section ,key) (mapcar (lambda (part) (intern (concat ":" part))) (string-split option "\\.")))
               (inside (copy-sequence (plist-get codestral-ls-settings section))))
    (setq codestral-ls-settings
          (plist-put (copy-sequence codestral-ls-settings) section (plist-put inside key name)))
    (codestral-ls-restart)
    (message "codestral-ls: %s writes now; customize codestral-ls-settings to keep it" name)))

(provide 'codestral-ls-menu)
;;; codestral-ls-menu.el ends here

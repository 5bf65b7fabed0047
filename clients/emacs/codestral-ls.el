;;; codestral-ls.el --- Code completion with Codestral as ghost text  -*- lexical-binding: t; -*-

;; Author: The codestral-ls authors
;; Version: 0.1.0
;; Package-Requires: ((emacs "29.1") (jsonrpc "1.0.24"))
;; Keywords: convenience, languages, tools
;; URL: https://github.com/codestral-ls/codestral-ls
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; `codestral-ls-mode' shows what Codestral would write next as ghost
;; text at point:
;;
;;     (add-hook 'prog-mode-hook #'codestral-ls-mode)
;;
;; While there is ghost text, TAB accepts it, M-f a word of it, C-e a
;; line of it, M-n and M-p show others, C-g hides it; see
;; `codestral-ls-shown-map'.  The mode runs the language server
;; codestral-ls over a connection of its own, beside eglot or lsp-mode.
;; To use their connection instead, see codestral-ls-eglot.el and
;; codestral-ls-lsp-mode.el.

;;; Code:

(require 'codestral-ls-clock)
(require 'codestral-ls-connection)
(require 'codestral-ls-diagnostics)
(require 'codestral-ls-document)
(require 'codestral-ls-ghost)
(require 'cl-lib)

(defcustom codestral-ls-idle-delay 0
  "Seconds without a key before the server is asked; it also debounces.
Nil: completions only by `codestral-ls-complete'."
  :group 'codestral-ls
  :type '(choice number (const :tag "Only when told to" nil)))

(defcustom codestral-ls-next-edits t
  "Whether to show next edits.  They need no model; see codestral-ls-next-edit.el."
  :group 'codestral-ls
  :type 'boolean)

(defcustom codestral-ls-inhibit-functions
  (list #'codestral-ls-macro-p #'codestral-ls-paused-p #'codestral-ls-elsewhere-p)
  "Functions without arguments; if any returns non-nil, show no ghost text.
Add `codestral-ls-menu-open-p' for no ghost text next to a completion menu."
  :group 'codestral-ls
  :type 'hook)

(defcustom codestral-ls-take-keys-anywhere nil
  "Whether keys that move point also accept parts in the middle of a line.
By default they do so only where the rest of the line is closing
punctuation: elsewhere they have their own meaning."
  :group 'codestral-ls
  :type 'boolean)

(defun codestral-ls--at-line-end (command)
  "Return a binding that is COMMAND only at the end of a line."
  `(menu-item "" ,command
              :filter ,(lambda (command)
                         (and (or codestral-ls-take-keys-anywhere
                                  (looking-at-p "[])}>\"'`;,[:space:]]*$"))
                              command))))

(defvar codestral-ls-shown-map
  (let ((map (make-sparse-keymap)))
    (keymap-set map "TAB" #'codestral-ls-accept)
    (keymap-set map "<tab>" #'codestral-ls-accept)
    (keymap-set map "M-f" (codestral-ls--at-line-end #'codestral-ls-accept-word))
    (keymap-set map "C-e" (codestral-ls--at-line-end #'codestral-ls-accept-line))
    (keymap-set map "M-n" #'codestral-ls-next)
    (keymap-set map "M-p" #'codestral-ls-previous)
    (keymap-set map "C-g" #'codestral-ls-dismiss)
    map)
  "Keys while there is ghost text at point.")

(defvar-local codestral-ls-backend nil
  "How to reach the server in this buffer, as a property list of functions.
:ask (KIND THEN) asks for items and calls THEN with a list of them,
:cancel () cancels the last request, :point (POSITION) and :position ()
convert the protocol's positions to Emacs' and back, :tell (METHOD PARAMS)
sends a notification, :run (COMMAND) runs a command of the server,
:request (METHOD PARAMS THEN) calls THEN with the result, :identifier ()
returns the buffer's URI and the version that the server has, or nil if it
has not seen all changes, and :status () returns a status or nil.")

(defvar-local codestral-ls--shown nil
  "Non-nil while there is ghost text; makes `codestral-ls-shown-map' active.")
(defvar-local codestral-ls--tick nil
  "Window, buffer, modification and point at the last handled key.")
(defvar-local codestral-ls--dismissed nil
  "The tick at which the user hid the completion.")
(defvar-local codestral-ls--since 0.0
  "Time of the last key.")
(defvar codestral-ls--timer nil)
(defvar codestral-ls--offered nil
  "Non-nil once a stronger model has been looked for.")
(defvar codestral-ls-offer-seconds 5
  "Idle seconds after the first completion before a stronger model is offered.")
(defvar codestral-ls-mode)

(add-to-list 'minor-mode-map-alist (cons 'codestral-ls--shown codestral-ls-shown-map))

;;; When not to show ghost text

(defvar company-candidates)

(defun codestral-ls-menu-open-p ()
  "Return non-nil if a completion menu of company, corfu or Emacs is open."
  ;; The mode is corfu's, too, whose frame is hidden later.
  (or (bound-and-true-p company-candidates)
      (bound-and-true-p completion-in-region-mode)))

(defvar codestral-ls--paused-until 0.0
  "Time at which the pause ends.")

(defun codestral-ls-paused-p ()
  "Return non-nil if completion is paused."
  (< (float-time) codestral-ls--paused-until))

(defun codestral-ls-macro-p ()
  "Return non-nil while a keyboard macro is recorded or run."
  (or defining-kbd-macro executing-kbd-macro))

(defun codestral-ls-elsewhere-p ()
  "Return non-nil if point is where no code is typed."
  (or buffer-read-only (region-active-p) (minibufferp)))

(defun codestral-ls--welcome-p ()
  "Return non-nil if ghost text may be shown at point."
  (not (run-hook-with-args-until-success 'codestral-ls-inhibit-functions)))

;;; Asking and showing

(defun codestral-ls--call (what &rest arguments)
  "Call the backend's function WHAT with ARGUMENTS."
  (apply (plist-get codestral-ls-backend what) arguments))

(defun codestral-ls--tick ()
  "Return the state that must be unchanged for an answer to be shown."
  (list (selected-window) (current-buffer) (buffer-chars-modified-tick) (point)))

(defun codestral-ls--hide ()
  "Hide the ghost text."
  (codestral-ls-withdraw)
  (setq codestral-ls--shown nil))

(defun codestral-ls--follow ()
  "Update the ghost text after a change of the text.
Next to a completion menu only its first line is shown."
  (setq codestral-ls--shown
        (and codestral-ls--offer (codestral-ls-draw (codestral-ls-menu-open-p)))))

(defun codestral-ls--menu-changed (&rest _)
  "Redraw the ghost text after a menu has opened or closed."
  (when (and codestral-ls-mode codestral-ls--offer (codestral-ls--welcome-p)) (codestral-ls--follow)))

(defconst codestral-ls--menu-hooks
  '(completion-in-region-mode-hook company-completion-started-hook
    company-completion-finished-hook company-completion-cancelled-hook)
  "Hooks of completion menus; corfu and Emacs itself run the first.")

(defun codestral-ls--post-command ()
  "Handle the effect of the last key."
  (codestral-ls--timed 'key
    (let ((tick (codestral-ls--tick)))
      (cond
       ((not (codestral-ls--welcome-p))
        (setq codestral-ls--tick nil)
        (when codestral-ls--offer (codestral-ls--hide)))
       ((not (equal tick codestral-ls--tick))
        (setq codestral-ls--tick tick codestral-ls--since (float-time))
        (codestral-ls--follow)
        (when codestral-ls--timer (cancel-timer codestral-ls--timer))
        (when codestral-ls-idle-delay
          (setq codestral-ls--timer
                (run-at-time codestral-ls-idle-delay nil #'codestral-ls--ask-if-still tick))))))))

(defun codestral-ls--ask-if-still (tick)
  "Ask the server if nothing has changed since TICK."
  (let ((buffer (cadr tick)))
    (when (and (buffer-live-p buffer) (eq buffer (current-buffer))
               (eq buffer (window-buffer)) codestral-ls-mode
               (equal tick (codestral-ls--tick)))
      (codestral-ls--timed 'key
        (codestral-ls--ask 'automatic)))))

(defun codestral-ls--ask (kind &optional afterwards)
  "Ask for completions of KIND at point, then call AFTERWARDS."
  (let ((tick (codestral-ls--tick))
        (buffer (current-buffer)))
    (codestral-ls--call
     :ask kind
     (lambda (items)
       (when (and (buffer-live-p buffer) (eq buffer (window-buffer)))
         (with-current-buffer buffer
           (codestral-ls--timed 'answer
             (when (and codestral-ls-mode (equal tick (codestral-ls--tick)) (codestral-ls--welcome-p)
                        ;; A server that is ready again is asked again, even where the user hid a completion.
                        (not (and (eq kind 'automatic) (equal tick codestral-ls--dismissed))))
               (codestral-ls--answered items kind)
               (when afterwards (funcall afterwards))))))))
    (codestral-ls-tell-diagnostics (plist-get codestral-ls-backend :tell)
                                   (codestral-ls-uri) codestral-ls--opened)))

(defun codestral-ls--answered (items kind)
  "Show ITEMS, the answer to a request of KIND."
  (cond
   ((null items) (codestral-ls--hide))
   ;; Requested alternatives stay until the user types something else.
   ((and (eq kind 'automatic) codestral-ls--offer
         (codestral-ls-offer-explicit codestral-ls--offer) (codestral-ls-rest)))
   (t
    (let* ((range (plist-get (car items) :range))
           (start (if range (codestral-ls--call :point (plist-get range :start)) (point)))
           (end (if range (codestral-ls--call :point (plist-get range :end)) (point))))
      (codestral-ls-put-offer items start end (eq kind 'explicit))
      (codestral-ls--follow)
      (when codestral-ls--shown
        (when (featurep 'codestral-ls-next-edit) (codestral-ls-edit-hide))
        (codestral-ls--note 'ghost codestral-ls--since)
        (codestral-ls--tell-shown)
        (unless codestral-ls--offered
          (setq codestral-ls--offered t)
          (run-with-idle-timer codestral-ls-offer-seconds nil #'codestral-ls-offer-model (current-buffer))))))))

(defun codestral-ls--tell-shown ()
  "Report the shown completion to the server."
  (codestral-ls--call :tell :textDocument/didShowCompletion
                      (list :item (codestral-ls-item codestral-ls--offer))))

;;; Commands

(declare-function codestral-ls-edit-follow "codestral-ls-next-edit")
(declare-function codestral-ls-edit-hide "codestral-ls-next-edit")

(autoload 'codestral-ls-offer-model "codestral-ls-offer")
(pcase-dolist (`(,file . ,commands)
               '(("codestral-ls-commands" codestral-ls-explain codestral-ls-preview codestral-ls-doctor
                  codestral-ls-costs codestral-ls-pause codestral-ls-restart codestral-ls-status)
                 ("codestral-ls-offer" codestral-ls-recommend-model)
                 ("codestral-ls-write" codestral-ls-docstring codestral-ls-write-tests)
                 ("codestral-ls-menu" codestral-ls-menu codestral-ls-choose-model)))
  (dolist (command commands) (autoload command file nil t)))

(defun codestral-ls--accept (part)
  "Insert a part of the rest, which the function PART cuts off."
  (let* ((rest (or (codestral-ls-rest) (user-error "No completion here")))
         (offer codestral-ls--offer)
         (piece (funcall part rest)))
    (undo-boundary)
    (if (equal piece rest)
        (let ((command (plist-get (codestral-ls-item offer) :command))
              (end (marker-position (codestral-ls-offer-end offer))))
          (codestral-ls--hide)
          (delete-region (point) end)
          (insert piece)
          (when command (codestral-ls--call :run command)))
      (insert piece)
      (let* ((item (codestral-ls-item offer))
             (taken (buffer-substring-no-properties (codestral-ls-offer-start offer) (point)))
             (breaks (if (string-search "\r\n" (plist-get item :insertText)) (cl-count ?\n taken) 0)))
        (codestral-ls--follow)
        (codestral-ls--call :tell :textDocument/didPartiallyAcceptCompletion
                            (list :item item
                                  :acceptedLength (+ breaks (codestral-ls-utf-16-length taken))))))
    (undo-boundary)))

(defun codestral-ls-accept ()
  "Accept the completion."
  (interactive "*")
  (codestral-ls--accept #'identity))

(defun codestral-ls-accept-word ()
  "Accept the next word of the completion."
  (interactive "*")
  (codestral-ls--accept #'codestral-ls-first-word))

(defun codestral-ls-accept-line ()
  "Accept the next line of the completion."
  (interactive "*")
  (codestral-ls--accept #'codestral-ls-first-line))

(defun codestral-ls-complete ()
  "Ask for all completions at point."
  (interactive "*")
  (codestral-ls--ask 'explicit (lambda () (unless codestral-ls--shown (message "No completion here")))))

(defun codestral-ls-next (&optional step)
  "Show the next completion, or the one STEP further."
  (interactive "p")
  (let ((shown (and codestral-ls--offer (codestral-ls-text (codestral-ls-item codestral-ls--offer)))))
    (if (and codestral-ls--offer (codestral-ls-offer-explicit codestral-ls--offer))
        (let ((count (length (codestral-ls-offer-items codestral-ls--offer))))
          (setf (codestral-ls-offer-index codestral-ls--offer)
                (mod (+ (codestral-ls-offer-index codestral-ls--offer) (or step 1)) count))
          (codestral-ls--follow)
          (when codestral-ls--shown (codestral-ls--tell-shown)))
      (codestral-ls--ask 'explicit
                         (lambda ()
                           ;; The first may be the text already shown; the key asks for another.
                           (when (and codestral-ls--offer (cdr (codestral-ls-offer-items codestral-ls--offer))
                                      (equal shown (codestral-ls-text (codestral-ls-item codestral-ls--offer))))
                             (codestral-ls-next step)))))))

(defun codestral-ls-previous (&optional step)
  "Show the previous completion, or the one STEP back."
  (interactive "p")
  (codestral-ls-next (- (or step 1))))

(defun codestral-ls-dismiss ()
  "Hide the completion until something is typed."
  (interactive)
  (codestral-ls--call :cancel)
  (codestral-ls--hide)
  (setq codestral-ls--dismissed (codestral-ls--tick))
  (when codestral-ls--timer (cancel-timer codestral-ls--timer)))

;;; The mode

(defun codestral-ls-lighter ()
  "Return the text for the mode line."
  (let ((status (and codestral-ls-backend (codestral-ls--call :status))))
    (concat " Codestral"
            (pcase (plist-get status :kind)
              ("Error" "!") ("Warning" "?") ("Inactive" "-") (_ ""))
            (if (plist-get status :busy) "…" ""))))

(defun codestral-ls--ready (connection)
  "Open the buffers of CONNECTION's project on it; ask where the user waits."
  (dolist (buffer (buffer-list))
    (with-current-buffer buffer
      (when (and (bound-and-true-p codestral-ls-mode) (eq codestral-ls-backend codestral-ls--own-backend)
                 (equal (codestral-ls--root) (codestral-ls-connection-root connection)))
        (codestral-ls-open connection)
        (when (and (eq buffer (window-buffer)) codestral-ls-idle-delay (not codestral-ls--offer)
                   (codestral-ls--welcome-p) codestral-ls--tick)
          (codestral-ls--ask 'automatic))))))

(defun codestral-ls--lost (_connection)
  "Hide everything that came from a dead server."
  (dolist (buffer (buffer-list))
    (with-current-buffer buffer
      (when (bound-and-true-p codestral-ls-mode)
        (setq codestral-ls--opened nil codestral-ls--pending nil)
        (codestral-ls--hide)))))

(defun codestral-ls--focused (window)
  "Report to the server that WINDOW's buffer is focused."
  (when (eq window (selected-window))
    (with-current-buffer (window-buffer window)
      (when codestral-ls-backend
        (codestral-ls--call :tell :textDocument/didFocus
                            (list :textDocument (list :uri (codestral-ls-uri))))))))

;;;###autoload
(define-minor-mode codestral-ls-mode
  "Show what Codestral would write next as ghost text at point.
\\{codestral-ls-shown-map}"
  :lighter (:eval (codestral-ls-lighter))
  ;; Hooks of major modes also run in buffers without a file, as when Org colours a block.
  (unless (or buffer-file-name codestral-ls-backend (called-interactively-p 'any))
    (setq codestral-ls-mode nil))
  (if codestral-ls-mode
      (add-hook 'post-command-hook #'codestral-ls--post-command 90 t)
    (remove-hook 'post-command-hook #'codestral-ls--post-command t))
  (when codestral-ls-next-edits
    (require 'codestral-ls-next-edit)
    (codestral-ls-edit-follow codestral-ls-mode))
  (dolist (hook codestral-ls--menu-hooks)
    (if codestral-ls-mode
        (add-hook hook #'codestral-ls--menu-changed 90 t)
      (remove-hook hook #'codestral-ls--menu-changed t)))
  (if codestral-ls-mode
      (unless codestral-ls-backend
        (setq codestral-ls-backend codestral-ls--own-backend)
        (add-hook 'codestral-ls-ready-hook #'codestral-ls--ready)
        (add-hook 'codestral-ls-gone-hook #'codestral-ls--lost)
        (add-hook 'before-change-functions #'codestral-ls--before-change nil t)
        (add-hook 'after-change-functions #'codestral-ls--after-change nil t)
        (add-hook 'kill-buffer-hook #'codestral-ls-close nil t)
        (add-hook 'after-set-visited-file-name-hook #'codestral-ls--renamed nil t)
        (add-hook 'window-selection-change-functions #'codestral-ls--focused nil t)
        (condition-case problem
            (codestral-ls--own-connection)
          (user-error (codestral-ls-mode -1)
                      (message "%s" (error-message-string problem)))))
    (codestral-ls--hide)
    (remove-hook 'before-change-functions #'codestral-ls--before-change t)
    (remove-hook 'after-change-functions #'codestral-ls--after-change t)
    (remove-hook 'kill-buffer-hook #'codestral-ls-close t)
    (remove-hook 'after-set-visited-file-name-hook #'codestral-ls--renamed t)
    (remove-hook 'window-selection-change-functions #'codestral-ls--focused t)
    (when (eq codestral-ls-backend codestral-ls--own-backend) (codestral-ls-close))
    (setq codestral-ls-backend nil)))

(provide 'codestral-ls)
;;; codestral-ls.el ends here

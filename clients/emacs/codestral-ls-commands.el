;;; codestral-ls-commands.el --- Commands that report, pause and restart  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Reports on point: where a completion came from, and what would be
;; sent.  Also the doctor, a pause for all buffers, the server's state and
;; its restart.  Loaded with the first of these commands.

;;; Code:

(require 'codestral-ls)

(defun codestral-ls--ask-about-point (command key show)
  "Run the server's COMMAND for point; call SHOW with the answer's KEY."
  (unless codestral-ls-backend (user-error "The mode codestral-ls-mode is off here"))
  (codestral-ls--call
   :request :workspace/executeCommand
   (list :command command
         :arguments (vector (list :textDocument (list :uri (codestral-ls-uri))
                                  :position (codestral-ls--call :position))))
   (lambda (result) (funcall show (or (plist-get result key) "")))))

(defun codestral-ls-explain ()
  "Say where the last completion of this buffer came from, or why there was none."
  (interactive)
  (codestral-ls--ask-about-point "codestral-ls.explain" :message
                                 (lambda (text) (message "%s" text))))

(defun codestral-ls-preview ()
  "Show what a completion at point would send.  Nothing is sent."
  (interactive)
  (codestral-ls--ask-about-point
   "codestral-ls.preview" :text
   (lambda (text)
     (with-current-buffer (get-buffer-create "*codestral-ls preview*")
       (let ((inhibit-read-only t))
         (erase-buffer)
         (insert text)
         (goto-char (point-min))
         (special-mode))
       (display-buffer (current-buffer))))))

(defun codestral-ls--show-output (subcommand)
  "Run SUBCOMMAND of the server's program and show what it prints."
  (let ((process-environment (codestral-ls-own-environment)))
    (compilation-start (mapconcat #'shell-quote-argument (codestral-ls-command-line subcommand) " ")
                       nil (lambda (_) (format "*codestral-ls %s*" subcommand)))))

(defun codestral-ls-doctor ()
  "Show what is installed, what works and what to do next."
  (interactive)
  (codestral-ls--show-output "doctor"))

(defun codestral-ls-costs ()
  "Show how much was sent to remote servers, and the costs."
  (interactive)
  (codestral-ls--show-output "costs"))

(defun codestral-ls-pause (minutes)
  "Complete nothing in any buffer for MINUTES, by default 30; with 0 resume."
  (interactive (list (if current-prefix-arg (prefix-numeric-value current-prefix-arg) 30)))
  (setq codestral-ls--paused-until (+ (float-time) (* 60 minutes)))
  (when (codestral-ls-paused-p) (codestral-ls--hide))
  (message "codestral-ls: %s" (if (codestral-ls-paused-p) (format "paused for %d minutes" minutes) "on")))

(defun codestral-ls-restart ()
  "Restart the servers."
  (interactive)
  (setq codestral-ls--deaths nil)
  (dolist (connection (hash-table-values codestral-ls--connections))
    (codestral-ls-disconnect connection))
  (codestral-ls--come-back))

(defun codestral-ls-status ()
  "Show the server's state and how fast it was."
  (interactive)
  (let ((codestral-ls-request-failed (lambda (_) (codestral-ls--say-status ""))))
    (codestral-ls--ask-about-point "codestral-ls.host" :message #'codestral-ls--say-status)))

(defun codestral-ls--say-status (host)
  "Show the server's state, its times, and HOST, a sentence on its memory."
  (let ((status (codestral-ls--call :status))
        (ghost (ring-elements (alist-get 'ghost codestral-ls-times)))
        (key (ring-elements (alist-get 'key codestral-ls-times))))
    (message "codestral-ls: %s%s%s%s"
             (cond ((null status) "no word from the server yet")
                   ((equal (plist-get status :message) "") (plist-get status :kind))
                   (t (plist-get status :message)))
             (if ghost (format "; ghost text after %.0f ms" (car ghost)) "")
             (if key (format "; longest hold of Emacs at a key %.1f ms" (apply #'max key)) "")
             (if (string-empty-p host) "" (concat ". " host)))))

(provide 'codestral-ls-commands)
;;; codestral-ls-commands.el ends here

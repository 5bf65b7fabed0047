;;; codestral-ls-write.el --- Writes docstrings and tests after review  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: MIT

;;; Commentary:

;; The server writes the docstring or the tests of the function at
;; point.  The changes are shown as a diff; y applies them.

;;; Code:

(require 'codestral-ls)
(require 'diff)
(require 'diff-mode)

(defconst codestral-ls--write-seconds 180
  "The longest wait for the model, in seconds.")

(defvar-local codestral-ls-review--edit nil
  "The edit that this buffer shows: conses of a file name and a text.")

(defvar codestral-ls-review-mode-map
  (let ((map (make-sparse-keymap)))
    (keymap-set map "y" #'codestral-ls-review-apply)
    (keymap-set map "n" #'quit-window)
    (keymap-set map "q" #'quit-window)
    map)
  "Keys while a proposal is shown.")

(define-derived-mode codestral-ls-review-mode diff-mode "Proposal"
  "Shows what would be written: \\<codestral-ls-review-mode-map>\\[codestral-ls-review-apply] writes it, \\[quit-window] does not."
  (setq buffer-read-only t))

(defun codestral-ls-docstring ()
  "Let the model write the docstring of the function at point."
  (interactive "*")
  (codestral-ls--write "docstring"))

(defun codestral-ls-write-tests ()
  "Let the model write a test of the function at point."
  (interactive)
  (codestral-ls--write "test"))

(defun codestral-ls--write (what)
  "Run the server's code action that writes a WHAT at point."
  (unless codestral-ls-backend (user-error "The mode codestral-ls-mode is off here"))
  (let* ((here (codestral-ls--call :position))
         (buffer (current-buffer))
         (codestral-ls-request-seconds codestral-ls--write-seconds)
         (codestral-ls-request-failed (lambda (problem) (message "codestral-ls: %s" problem))))
    (message "codestral-ls: writing…")
    (codestral-ls--call
     :request :textDocument/codeAction
     (list :textDocument (list :uri (codestral-ls-uri)) :range (list :start here :end here)
           :context (list :diagnostics []))
     (lambda (actions)
       (if-let* ((action (seq-find (lambda (action) (string-search what (downcase (plist-get action :title))))
                                   (append actions nil))))
           (let ((codestral-ls-request-seconds codestral-ls--write-seconds)
                 (codestral-ls-request-failed (lambda (problem) (message "codestral-ls: %s" problem))))
             (codestral-ls--call :request :codeAction/resolve action
                                 (lambda (resolved)
                                   (codestral-ls--review buffer (plist-get resolved :edit)
                                                         (plist-get action :title)))))
         (message "codestral-ls: there is nothing here to write a %s for" what))))))

(defun codestral-ls--review (buffer edit title)
  "Show EDIT, which was made for BUFFER, under TITLE."
  (let ((changed (codestral-ls--texts-after buffer edit)))
    (if (not changed)
        (message "codestral-ls: nothing was written")
      (with-current-buffer (get-buffer-create "*codestral-ls proposal*")
        (let ((inhibit-read-only t))
          (erase-buffer)
          (dolist (change changed) (insert (codestral-ls--diff (car change) (cdr change))))
          (codestral-ls-review-mode)
          (setq codestral-ls-review--edit changed
                header-line-format (format " %s: y writes it, n does not" title))
          (goto-char (point-min)))
        (pop-to-buffer (current-buffer))))))

(defun codestral-ls--texts-after (buffer edit)
  "Return the files of EDIT, each with its text after it, as conses.
Positions are counted as BUFFER's server counts them."
  (let ((changes (or (mapcar (lambda (change)
                               (and (not (plist-get change :kind))
                                    (cons (plist-get (plist-get change :textDocument) :uri)
                                          (plist-get change :edits))))
                             (append (plist-get edit :documentChanges) nil))
                     (cl-loop for (uri edits) on (plist-get edit :changes) by #'cddr
                              collect (cons (substring (symbol-name uri) 1) edits)))))
    (cl-loop for (uri . edits) in (delq nil changes)
             for file = (url-unhex-string (string-remove-prefix "file://" uri))
             for name = (decode-coding-string file 'utf-8)
             collect (cons name (codestral-ls--edited (codestral-ls--text-of name) (append edits nil) buffer)))))

(defun codestral-ls--text-of (file)
  "Return the text of FILE from its buffer or the disk; \"\" if it is new."
  (if-let* ((buffer (find-buffer-visiting file)))
      (with-current-buffer buffer
        (save-restriction (widen) (buffer-substring-no-properties (point-min) (point-max))))
    (with-temp-buffer
      (when (file-exists-p file) (insert-file-contents file))
      (buffer-string))))

(defun codestral-ls--edited (text edits buffer)
  "Return TEXT after EDITS, with positions as in BUFFER."
  (let ((connection (buffer-local-value 'codestral-ls--opened buffer)))
    (with-temp-buffer
      (insert text)
      (let* ((codestral-ls--opened connection)
             (placed (mapcar (lambda (edit)
                               (let ((range (plist-get edit :range)))
                                 (list (codestral-ls--point-of (plist-get range :start))
                                       (codestral-ls--point-of (plist-get range :end))
                                       (plist-get edit :newText))))
                             edits)))
        (pcase-dolist (`(,start ,end ,new) (sort placed (lambda (one other) (> (car one) (car other)))))
          (goto-char start)
          (delete-region start end)
          (insert new)))
      (buffer-string))))

(defun codestral-ls--point-of (position)
  "Go to POSITION, in the units of the connection, and return the place."
  (goto-char (point-min))
  (forward-line (plist-get position :line))
  (let ((left (plist-get position :character))
        (wide (and codestral-ls--opened
                   (eq (codestral-ls-connection-encoding codestral-ls--opened) 'utf-16))))
    (while (and (> left 0) (not (eolp)))
      (setq left (- left (if (and wide (> (char-after) #xffff)) 2 1)))
      (forward-char 1)))
  (point))

(defun codestral-ls--diff (file new)
  "Return the diff between the present text of FILE and NEW."
  (let ((old-buffer (generate-new-buffer " *codestral-ls old*"))
        (new-buffer (generate-new-buffer " *codestral-ls new*")))
    (unwind-protect
        (progn
          (with-current-buffer old-buffer (insert (codestral-ls--text-of file)))
          (with-current-buffer new-buffer (insert new))
          (with-current-buffer (diff-no-select old-buffer new-buffer "-u" t
                                               (get-buffer-create " *codestral-ls diff*"))
            (goto-char (point-min))
            (let ((hunks (and (re-search-forward "^@@" nil t) (pos-bol))))
              (format "--- %s\n+++ %s\n%s" file file
                      (if hunks
                          (replace-regexp-in-string "\n\nDiff finished.*\n\\'" "\n"
                                                    (buffer-substring hunks (point-max)))
                        "")))))
      (kill-buffer old-buffer)
      (kill-buffer new-buffer))))

(defun codestral-ls-review-apply ()
  "Apply the shown edit."
  (interactive)
  (let ((edit codestral-ls-review--edit))
    (quit-window t)
    (pcase-dolist (`(,file . ,_) edit)
      (with-current-buffer (find-file-noselect file) (barf-if-buffer-read-only)))
    (pcase-dolist (`(,file . ,text) edit)
      (with-current-buffer (find-file-noselect file)
        (let ((new (generate-new-buffer " *codestral-ls new*")))
          (unwind-protect
              (progn (with-current-buffer new (insert text))
                     (save-restriction (widen) (replace-buffer-contents new 1)))
            (kill-buffer new)))
        (message "codestral-ls: written in %s" (file-name-nondirectory file))))))

(provide 'codestral-ls-write)
;;; codestral-ls-write.el ends here

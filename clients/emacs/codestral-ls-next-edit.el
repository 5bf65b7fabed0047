;;; codestral-ls-next-edit.el --- Repeats the last change where it fits  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: MIT

;;; Commentary:

;; When the user pauses after a change, the server is asked for the next
;; edit.  It is shown at its place; if that is not on the screen, a hint in
;; point's line says where it is.  TAB goes there, TAB again makes it,
;; C-g refuses it; see `codestral-ls-edit-map'.  There is at most one in
;; all of Emacs, and it is dropped when the text changes.

;;; Code:

(require 'codestral-ls)

(defface codestral-ls-edit-old '((t :inherit diff-removed :strike-through t))
  "Face of text that the next edit removes."
  :group 'codestral-ls)

(defface codestral-ls-edit-new '((t :inherit diff-added))
  "Face of text that the next edit inserts."
  :group 'codestral-ls)

(defcustom codestral-ls-edit-delay 0.3
  "Seconds without a key after a change, before the server is asked."
  :type 'number
  :group 'codestral-ls)

(defvar codestral-ls-edit-map
  (let ((map (make-sparse-keymap)))
    (keymap-set map "TAB" #'codestral-ls-next-edit)
    (keymap-set map "<tab>" #'codestral-ls-next-edit)
    (keymap-set map "C-g" #'codestral-ls-refuse-edit)
    map)
  "Keys while a next edit is proposed.")

(cl-defstruct (codestral-ls-edit (:constructor codestral-ls--make-edit) (:copier nil))
  "A next edit.
COMMAND is the server's command to run when the edit is made.  BUFFER at
modification TICK is its place, where TEXT replaces START to END."
  command buffer tick start end text)

(defvar codestral-ls-edit--pending nil
  "The edit that is proposed at the moment.")
(defvar codestral-ls-edit--overlays nil)
(defvar codestral-ls-edit--homes nil
  "Buffers in which the keys are active.")
(defvar codestral-ls-edit--timer nil)
(defvar codestral-ls-edit--asked 0
  "Number of the last request; older answers are ignored.")
(defvar codestral-ls-edit--made nil
  "Non-nil if the last change was an accepted edit.")
(defvar-local codestral-ls-edit--tick nil
  "The last modification that was handled.")
(defvar-local codestral-ls-edit--keys nil
  "Non-nil where `codestral-ls-edit-map' is active.")

;; After the keys of ghost text, because a completion has priority.
(add-to-list 'minor-mode-map-alist (cons 'codestral-ls-edit--keys codestral-ls-edit-map) t)

(defun codestral-ls-edit-follow (on)
  "Watch this buffer for edits if ON."
  (if (not on)
      (progn (remove-hook 'post-command-hook #'codestral-ls-edit--post-command t)
             (when (codestral-ls-edit-pending) (codestral-ls-edit-hide)))
    (require 'diff-mode) ; its faces
    (setq codestral-ls-edit--tick (buffer-chars-modified-tick))
    (add-hook 'post-command-hook #'codestral-ls-edit--post-command 95 t)))

(defun codestral-ls-edit-hide ()
  "Drop the proposed edit."
  (when codestral-ls-edit--timer
    (cancel-timer codestral-ls-edit--timer)
    (setq codestral-ls-edit--timer nil))
  (cl-incf codestral-ls-edit--asked)
  (codestral-ls-edit--undraw)
  (setq codestral-ls-edit--pending nil))

(defun codestral-ls-edit-pending ()
  "Return the proposed edit, or nil if its buffer has changed."
  (when-let* ((edit codestral-ls-edit--pending))
    (if (and (buffer-live-p (codestral-ls-edit-buffer edit))
             (= (buffer-chars-modified-tick (codestral-ls-edit-buffer edit)) (codestral-ls-edit-tick edit)))
        edit
      (codestral-ls-edit-hide)
      nil)))

;;; Asking

(defun codestral-ls-edit--post-command ()
  "After a change drop the proposed edit, and ask when the user pauses."
  (let ((tick (buffer-chars-modified-tick)))
    (cond ((not (eql tick codestral-ls-edit--tick))
           (setq codestral-ls-edit--tick tick)
           (codestral-ls-edit-hide)
           (setq codestral-ls-edit--timer
                 (run-at-time (if codestral-ls-edit--made 0 codestral-ls-edit-delay) nil
                              #'codestral-ls-edit--ask (current-buffer) tick)
                 codestral-ls-edit--made nil))
          ((codestral-ls-edit-pending) (codestral-ls-edit--draw)))))

(defun codestral-ls-edit--fine-p (buffer tick)
  "Return non-nil if BUFFER is selected, as at TICK, and may show an edit."
  (and (buffer-live-p buffer) (eq buffer (window-buffer))
       (with-current-buffer buffer
         (and codestral-ls-mode codestral-ls-next-edits (= tick (buffer-chars-modified-tick))
              (plist-get codestral-ls-backend :identifier)
              (not codestral-ls--shown) (not (codestral-ls-menu-open-p)) (codestral-ls--welcome-p)))))

(defun codestral-ls-edit--ask (buffer tick)
  "Request the next edit after the change of BUFFER at TICK."
  (when (codestral-ls-edit--fine-p buffer tick)
    (with-current-buffer buffer
      (let ((number (cl-incf codestral-ls-edit--asked)))
        (codestral-ls--call
         :request :textDocument/copilotInlineEdit
         (list :textDocument (list :uri (codestral-ls-uri)) :position (codestral-ls--call :position)
               :context '(:triggerKind 2))
         (lambda (result)
           (when (and (= number codestral-ls-edit--asked) (codestral-ls-edit--fine-p buffer tick))
             (seq-do #'codestral-ls-edit--take (seq-take (plist-get result :edits) 1)))))))))

(defun codestral-ls-edit--take (wire)
  "Propose WIRE, an edit as the server sent it."
  (when-let* ((identifier (plist-get wire :textDocument))
              (buffer (codestral-ls-edit--buffer-of identifier)))
    (let ((range (plist-get wire :range)))
      (setq codestral-ls-edit--pending
            (with-current-buffer buffer
              (codestral-ls--make-edit
               :command (plist-get wire :command) :buffer buffer :tick (buffer-chars-modified-tick)
               :start (codestral-ls--call :point (plist-get range :start))
               :end (codestral-ls--call :point (plist-get range :end))
               :text (replace-regexp-in-string "\r\n?" "\n" (plist-get wire :text)))))
      (codestral-ls-edit--draw)
      (codestral-ls--call :tell :textDocument/didShowInlineEdit (list :item wire)))))

(defun codestral-ls-edit--buffer-of (identifier)
  "Return the buffer with the URI and version of IDENTIFIER, if it may be changed."
  (let ((address (url-unhex-string (plist-get identifier :uri))))
    (seq-find (lambda (buffer)
                (with-current-buffer buffer
                  (when-let* ((ask (and codestral-ls-mode (not buffer-read-only) (plist-get codestral-ls-backend :identifier)))
                              (own (funcall ask)))
                    (and (equal (url-unhex-string (plist-get own :uri)) address)
                         (eql (plist-get own :version) (plist-get identifier :version))))))
              (buffer-list))))

;;; Showing

(defun codestral-ls-edit--undraw ()
  "Remove the overlays."
  (mapc #'delete-overlay codestral-ls-edit--overlays)
  (dolist (buffer codestral-ls-edit--homes)
    (when (buffer-live-p buffer)
      (with-current-buffer buffer (setq codestral-ls-edit--keys nil))))
  (setq codestral-ls-edit--overlays nil codestral-ls-edit--homes nil))

(defun codestral-ls-edit--take-keys ()
  "Activate the keys in this buffer."
  (setq codestral-ls-edit--keys t)
  (cl-pushnew (current-buffer) codestral-ls-edit--homes))

(defun codestral-ls-edit--overlay (start end after)
  "Cover START to END of this buffer with an overlay with the text AFTER it."
  (let ((overlay (make-overlay start end)))
    (overlay-put overlay 'after-string after)
    (overlay-put overlay 'priority 800)
    (push overlay codestral-ls-edit--overlays)
    overlay))

(defun codestral-ls-edit--hint (edit)
  "Describe where EDIT is, seen from point; nil if it is on the screen."
  (let* ((buffer (codestral-ls-edit-buffer edit))
         (start (codestral-ls-edit-start edit))
         (line (with-current-buffer buffer (line-number-at-pos start t))))
    (cond ((not (eq buffer (current-buffer))) (format "⇥ next edit in %s, line %d" (buffer-name buffer) line))
          ((not (pos-visible-in-window-p start))
           (format "⇥ next edit in line %d %s" line (if (< start (point)) "↑" "↓"))))))

(defun codestral-ls-edit--draw ()
  "Show the pending edit at its place, and a hint at point."
  (codestral-ls-edit--undraw)
  (when-let* ((edit codestral-ls-edit--pending))
    (with-current-buffer (codestral-ls-edit-buffer edit)
      (codestral-ls-edit--take-keys)
      (overlay-put (codestral-ls-edit--overlay
                    (codestral-ls-edit-start edit) (codestral-ls-edit-end edit)
                    (let ((text (codestral-ls-edit-text edit)))
                      (unless (string-empty-p text) (propertize text 'face 'codestral-ls-edit-new))))
                   'face 'codestral-ls-edit-old))
    (codestral-ls-edit--take-keys)
    (when-let* ((hint (codestral-ls-edit--hint edit)))
      (codestral-ls-edit--overlay (pos-eol) (pos-eol)
                                  (propertize (concat "  " hint) 'face 'codestral-ls-ghost 'cursor t)))))

(defun codestral-ls-edit-shown ()
  "Return the drawn texts of the next edit as a list."
  (delq nil (mapcar (lambda (overlay) (overlay-get overlay 'after-string)) codestral-ls-edit--overlays)))

;;; Commands

(defun codestral-ls-edit--at-place-p (edit)
  "Return non-nil if point is in a line of EDIT."
  (and (eq (current-buffer) (codestral-ls-edit-buffer edit))
       (<= (save-excursion (goto-char (codestral-ls-edit-start edit)) (pos-bol)) (point)
           (save-excursion (goto-char (codestral-ls-edit-end edit)) (pos-eol)))))

;;;###autoload
(defun codestral-ls-next-edit ()
  "Go to the next edit or, if point is there, make it."
  (interactive)
  (let ((edit (or (codestral-ls-edit-pending) (user-error "No next edit"))))
    (if (codestral-ls-edit--at-place-p edit)
        (codestral-ls-edit--make edit)
      (push-mark nil t)
      (unless (eq (current-buffer) (codestral-ls-edit-buffer edit))
        (pop-to-buffer-same-window (codestral-ls-edit-buffer edit)))
      (goto-char (codestral-ls-edit-start edit))
      (codestral-ls-edit--draw))))

(defun codestral-ls-edit--make (edit)
  "Make EDIT, as an undo step of its own."
  (codestral-ls-edit-hide)
  (barf-if-buffer-read-only)
  (undo-boundary)
  (goto-char (codestral-ls-edit-start edit))
  (delete-region (codestral-ls-edit-start edit) (codestral-ls-edit-end edit))
  (insert (codestral-ls-edit-text edit))
  (undo-boundary)
  (setq codestral-ls-edit--made t)
  (codestral-ls--call :run (codestral-ls-edit-command edit)))

(defun codestral-ls-refuse-edit ()
  "Refuse the next edit; it is not proposed again."
  (interactive)
  (let ((edit (or (codestral-ls-edit-pending) (user-error "No next edit"))))
    (codestral-ls-edit-hide)
    (codestral-ls--call :run (list :command "codestral-ls.refusedEdit"
                                   :arguments (plist-get (codestral-ls-edit-command edit) :arguments)))))

(provide 'codestral-ls-next-edit)
;;; codestral-ls-next-edit.el ends here

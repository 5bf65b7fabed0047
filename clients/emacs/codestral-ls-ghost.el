;;; codestral-ls-ghost.el --- Draws completions as ghost text  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: MIT

;;; Commentary:

;; The completions offered at a place: which is current, how much of it is
;; in the buffer already, and the overlay that shows the rest.  Markers
;; keep the range, so edits elsewhere do no harm.  This file sends no
;; requests and changes no text.

;;; Code:

(require 'cl-lib)

(defface codestral-ls-ghost '((t :inherit shadow))
  "Face of completions that are not accepted yet."
  :group 'codestral-ls)

(defface codestral-ls-count '((t :inherit (shadow italic)))
  "Face of the count after a completion if there are several."
  :group 'codestral-ls)

(cl-defstruct (codestral-ls-offer (:constructor codestral-ls--make-offer
                                              (items index start end explicit))
                                (:copier nil))
  "Completions for one place.
ITEMS are as the server sent them, INDEX is the current one's.  START and
END are markers around what it replaces.  EXPLICIT means that all are here."
  items index start end explicit)

(defvar-local codestral-ls--offer nil
  "The current offer in this buffer.")
(defvar-local codestral-ls--overlay nil)
(defvar-local codestral-ls--shown-text nil
  "The text that the overlay shows.")

(defun codestral-ls-item (offer)
  "Return the current item of OFFER."
  (elt (codestral-ls-offer-items offer) (codestral-ls-offer-index offer)))

(defun codestral-ls-text (item)
  "Return the text of ITEM with Emacs' line ends."
  (let ((text (plist-get item :insertText)))
    (replace-regexp-in-string "\r\n?" "\n" (if (stringp text) text (plist-get text :value)))))

(defun codestral-ls-put-offer (items start end explicit)
  "Offer ITEMS for the text from START to END; EXPLICIT if requested by a key."
  (codestral-ls-withdraw)
  (setq codestral-ls--offer
        (codestral-ls--make-offer items 0 (copy-marker start) (copy-marker end t) explicit)))

(defun codestral-ls-withdraw ()
  "Withdraw the offer."
  (when codestral-ls--overlay
    (delete-overlay codestral-ls--overlay)
    (setq codestral-ls--overlay nil))
  (when codestral-ls--offer
    (set-marker (codestral-ls-offer-start codestral-ls--offer) nil)
    (set-marker (codestral-ls-offer-end codestral-ls--offer) nil)
    (setq codestral-ls--offer nil)))

(defun codestral-ls-rest ()
  "Return the rest of the current item at point; nil if other text was typed."
  (when-let* ((offer codestral-ls--offer)
              (start (marker-position (codestral-ls-offer-start offer)))
              (end (marker-position (codestral-ls-offer-end offer)))
              ((<= start (point) end))
              (text (codestral-ls-text (codestral-ls-item offer)))
              (typed (buffer-substring-no-properties start (point)))
              ((string-prefix-p typed text))
              ((< (length typed) (length text))))
    (substring text (length typed))))

(defun codestral-ls--beside-menu (rest)
  "Return the part of REST to show next to a completion menu: its first line."
  (let ((line (car (string-split rest "\n"))))
    (and (not (string-empty-p line)) line)))

(defun codestral-ls-draw (&optional beside-menu)
  "Show the rest at point; withdraw the offer if it no longer fits.
With BESIDE-MENU only the rest of the line is shown, and an offer of further
lines is kept for later.  Return non-nil if something is shown."
  (let* ((whole (codestral-ls-rest))
         (rest (if (and whole beside-menu) (codestral-ls--beside-menu whole) whole)))
    (cond
     ((not whole) (codestral-ls-withdraw) nil)
     ((not rest)
      (when codestral-ls--overlay
        (delete-overlay codestral-ls--overlay)
        (setq codestral-ls--overlay nil))
      nil)
     (t
      (let* ((offer codestral-ls--offer)
             (end (marker-position (codestral-ls-offer-end offer)))
             (count (length (codestral-ls-offer-items offer)))
             (ghost (propertize rest 'face 'codestral-ls-ghost))
             (shown rest))
        (when (and (codestral-ls-offer-explicit offer) (> count 1))
          (setq ghost (concat ghost (propertize (format " (%d/%d)" (1+ (codestral-ls-offer-index offer)) count)
                                                'face 'codestral-ls-count))
                shown (substring-no-properties ghost)))
        ;; Puts the cursor before the ghost text instead of after it.  Emacs looks for this
        ;; property on a drawn character, which a newline is not.
        (when (string-prefix-p "\n" ghost)
          (setq ghost (concat " " ghost)))
        (put-text-property 0 1 'cursor t ghost)
        (setq codestral-ls--shown-text shown)
        (if codestral-ls--overlay
            (move-overlay codestral-ls--overlay (point) end)
          (setq codestral-ls--overlay (make-overlay (point) end nil t t)))
        (overlay-put codestral-ls--overlay 'priority 900)
        (overlay-put codestral-ls--overlay 'window (selected-window))
        (if (= end (point))
            (progn (overlay-put codestral-ls--overlay 'display nil)
                   (overlay-put codestral-ls--overlay 'after-string ghost))
          (overlay-put codestral-ls--overlay 'after-string nil)
          (overlay-put codestral-ls--overlay 'display ghost))
        t)))))

(defun codestral-ls--without-ghost (ask &rest arguments)
  "Call ASK with ARGUMENTS while there is no ghost text.
Menus ask where point is on the screen, and would open after the ghost text."
  (let ((overlay (bound-and-true-p codestral-ls--overlay)))
    (if (not (and overlay (overlay-buffer overlay)))
        (apply ask arguments)
      (let ((after (overlay-get overlay 'after-string))
            (display (overlay-get overlay 'display)))
        (unwind-protect
            (progn (overlay-put overlay 'after-string nil)
                   (overlay-put overlay 'display nil)
                   (apply ask arguments))
          (overlay-put overlay 'after-string after)
          (overlay-put overlay 'display display))))))

;; Advise the menus' own functions, not `posn-at-point': advice on a primitive
;; makes a natively compiled Emacs call a C compiler, which may not be there.
(dolist (opens '(company-pseudo-tooltip-show-at-point corfu--candidates-popup))
  (advice-add opens :around #'codestral-ls--without-ghost))

(defun codestral-ls-shown ()
  "Return the ghost text on the screen, or nil."
  (and codestral-ls--overlay (overlay-buffer codestral-ls--overlay) codestral-ls--shown-text))

;;; Parts

(defun codestral-ls-first-word (rest)
  "Return the first word of REST: leading space, then characters of one kind."
  (if (string-match "\\`[ \t\n]*\\(?:[[:alnum:]_]+\\|[^[:alnum:]_ \t\n]+\\)?" rest)
      (match-string 0 rest)
    rest))

(defun codestral-ls-first-line (rest)
  "Return the first line of REST, after a leading line break if there is one."
  (if (string-match "\\`\n*[^\n]*" rest) (match-string 0 rest) rest))

(defun codestral-ls-utf-16-length (text)
  "Return the length of TEXT in UTF-16 units."
  (+ (length text) (cl-count-if (lambda (char) (> char #xffff)) text)))

(provide 'codestral-ls-ghost)
;;; codestral-ls-ghost.el ends here

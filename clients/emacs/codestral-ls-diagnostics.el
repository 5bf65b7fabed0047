;;; codestral-ls-diagnostics.el --- Sends other servers' diagnostics  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Converts Flymake's diagnostics near point to those of the protocol.  The
;; server cannot learn of them otherwise, and the next line often fixes
;; them.  When to send them is decided elsewhere.

;;; Code:

(require 'seq)

(declare-function flymake-diagnostics "flymake" (&optional beg end))
(declare-function flymake-diagnostic-beg "flymake" (diag))
(declare-function flymake-diagnostic-text "flymake" (diag))

(defconst codestral-ls--diagnostic-lines 20
  "Lines before and after point whose diagnostics are sent.")
(defconst codestral-ls--most-diagnostics 20)
(defconst codestral-ls--diagnostic-length 300)

(defvar-local codestral-ls--told-diagnostics nil
  "The diagnostics of this buffer that were sent, and the connection.")

(defun codestral-ls-diagnostics ()
  "Return the diagnostics around point as a vector for the protocol."
  (when-let* (((bound-and-true-p flymake-mode))
              (found (save-restriction
                       (widen)
                       (flymake-diagnostics (pos-bol (- 1 codestral-ls--diagnostic-lines))
                                            (pos-eol (1+ codestral-ls--diagnostic-lines)))))
              (near (seq-take (sort (copy-sequence found)
                                    (lambda (one other)
                                      (< (abs (- (flymake-diagnostic-beg one) (point)))
                                         (abs (- (flymake-diagnostic-beg other) (point))))))
                              codestral-ls--most-diagnostics)))
    (vconcat
     (mapcar (lambda (diagnostic)
               (let ((place (list :line (1- (line-number-at-pos (flymake-diagnostic-beg diagnostic) t))
                                  :character 0))
                     (text (flymake-diagnostic-text diagnostic)))
                 (list :range (list :start place :end place)
                       :message (substring-no-properties
                                 text 0 (min (length text) codestral-ls--diagnostic-length)))))
             near))))

(defun codestral-ls-tell-diagnostics (tell uri through)
  "Call TELL with method and params for URI if there is something new.
THROUGH is the connection; a new connection gets everything."
  (let ((now (codestral-ls-diagnostics)))
    (unless (equal (cons through now) (or codestral-ls--told-diagnostics (list through)))
      (setq codestral-ls--told-diagnostics (cons through now))
      (funcall tell :codestral-ls/didChangeDiagnostics
               (list :textDocument (list :uri uri) :diagnostics (or now []))))))

(provide 'codestral-ls-diagnostics)
;;; codestral-ls-diagnostics.el ends here

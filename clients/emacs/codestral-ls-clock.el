;;; codestral-ls-clock.el --- How long Emacs was held  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Keeps the times of keys, answers and ghost text in memory, for
;; `codestral-ls-status' and the tests.

;;; Code:

(require 'ring)

(defvar codestral-ls-times
  (mapcar (lambda (what) (cons what (make-ring 1024))) '(key answer ghost work collected))
  "Milliseconds by what was measured, as rings.
Those of `work' are processor time: what a busy machine adds to `key' and
`answer' is not in them.  Where Emacs collected garbage meanwhile, they are
in `collected' instead.")

(defun codestral-ls--note (what since)
  "Keep the time since SINCE as a measurement of WHAT."
  (ring-insert (alist-get what codestral-ls-times) (* 1000.0 (- (float-time) since))))

(defmacro codestral-ls--timed (what &rest body)
  "Run BODY and keep how long Emacs was held as a measurement of WHAT."
  (declare (indent 1))
  `(let ((began (float-time))
         (worked (float-time (get-internal-run-time)))
         (collections gcs-done))
     (prog1 (progn ,@body)
       (codestral-ls--note ,what began)
       (codestral-ls--note (if (= collections gcs-done) 'work 'collected)
                           (+ (float-time) (- worked (float-time (get-internal-run-time))))))))

(provide 'codestral-ls-clock)
;;; codestral-ls-clock.el ends here

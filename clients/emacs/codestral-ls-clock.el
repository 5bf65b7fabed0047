;;; codestral-ls-clock.el --- Measures delays  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Keeps the times of keys, answers and ghost text in memory, for
;; `codestral-ls-status' and the tests.

;;; Code:

(require 'ring)

(defvar codestral-ls-times
  (mapcar (lambda (what) (cons what (make-ring 1024))) '(key answer ghost work collected))
  "Milliseconds by kind of measurement, as rings.
The times of `work' are processor time, so they exclude delays by other
programs.  If Emacs collected garbage meanwhile, they are in `collected'.")

(defun codestral-ls--note (what since)
  "Record the time since SINCE as a measurement of WHAT."
  (ring-insert (alist-get what codestral-ls-times) (* 1000.0 (- (float-time) since))))

(defmacro codestral-ls--timed (what &rest body)
  "Run BODY and record how long it blocked Emacs as a measurement of WHAT."
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

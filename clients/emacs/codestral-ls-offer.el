;;; codestral-ls-offer.el --- Offers a stronger model  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: MIT

;;; Commentary:

;; The server contains a small model.  After the first completion, when
;; nothing has been typed for some seconds, the server is asked whether a
;; stronger model would be fast enough on this machine; if so, the user is
;; informed once.  `codestral-ls-recommend-model' always asks.

;;; Code:

(require 'codestral-ls)

(declare-function codestral-ls--pull "codestral-ls-menu")

(defun codestral-ls--offer-mark ()
  "Return the file that exists once any Emacs had the machine measured."
  (locate-user-emacs-file "codestral-ls-offered"))

(defun codestral-ls--recommended (failed then)
  "Have the server measure the machine, for about a second.
Call THEN with the recommended model or nil, or FAILED with a sentence."
  (let ((codestral-ls-request-seconds 90)
        (codestral-ls-request-failed failed))
    (codestral-ls--call
     :request :workspace/executeCommand '(:command "codestral-ls.recommendModel" :arguments [])
     (lambda (result)
       (when (eq (plist-get result :measured) t)
         (write-region "" nil (codestral-ls--offer-mark) nil 'silent))
       (funcall then (plist-get result :model))))))

(defun codestral-ls-offer-model (buffer)
  "Inform the user once of a stronger model, asking the server of BUFFER."
  (when (and (buffer-live-p buffer) (not (file-exists-p (codestral-ls--offer-mark))))
    (with-current-buffer buffer
      (when codestral-ls-backend
        (codestral-ls--recommended
         #'ignore
         (lambda (model)
           (when model
             (message "codestral-ls: %s writes better than the model in use and is fast enough here: %s"
                      (plist-get model :name)
                      (substitute-command-keys "\\[codestral-ls-recommend-model]")))))))))

(defun codestral-ls-recommend-model ()
  "Offer to fetch a stronger model that is fast enough on this machine."
  (interactive)
  (require 'codestral-ls-menu)
  (unless codestral-ls-backend (user-error "The mode codestral-ls-mode is off here"))
  (message "codestral-ls: measuring this machine…")
  (codestral-ls--recommended
   (lambda (problem) (message "codestral-ls: %s" problem))
   (lambda (model)
     (cond ((not model)
            (message "codestral-ls: no model is better than the one in use and fast enough on this machine"))
           ((yes-or-no-p (format "%s writes better and is fast enough here (%s)  Fetch it? "
                                 (plist-get model :name) (plist-get model :detail)))
            (codestral-ls--pull "local.model" model))))))

(provide 'codestral-ls-offer)
;;; codestral-ls-offer.el ends here

;;; answer_questions.el --- Answers the tests' questions  -*- lexical-binding: t; -*-

;;; Commentary:

;; A Unix socket on which each line is a form, evaluated in the buffer
;; of the selected window; the reply is its value as one line of JSON.

;;; Code:

(require 'json)

(defun answer-questions--filter (process text)
  "Evaluate the complete lines of TEXT from PROCESS."
  (let ((all (concat (process-get process 'rest) text)))
    (while (string-match "\n" all)
      (let ((form (substring all 0 (match-beginning 0))))
        (setq all (substring all (match-end 0)))
        (process-send-string
         process
         (concat (condition-case problem
                     (json-serialize
                      (list :value (with-current-buffer (window-buffer)
                                     (or (eval (car (read-from-string form)) t) :null)))
                      :null-object :null :false-object :false)
                   (error (json-serialize (list :error (error-message-string problem)))))
                 "\n"))))
    (process-put process 'rest all)))

(make-network-process :name "questions" :server t :family 'local :noquery t :coding 'utf-8
                      :service (getenv "QUESTIONS") :filter #'answer-questions--filter)

(provide 'answer_questions)
;;; answer_questions.el ends here

;;; codestral-ls-tests.el --- Tests that need no server  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: MIT

;;; Commentary:

;;     emacs --batch -Q -L . -l codestral-ls-tests.el -f ert-run-tests-batch-and-exit
;;
;; Tests that need a server and a screen are in tests/editors/emacs.

;;; Code:

(require 'ert)
(require 'codestral-ls)

(defmacro codestral-ls-tests--with (text items &rest body)
  "Offer ITEMS in a buffer with TEXT, in which | marks point, and run BODY."
  (declare (indent 2))
  `(with-temp-buffer
     (insert ,text)
     (goto-char (point-min))
     (search-forward "|")
     (delete-char -1)
     (codestral-ls-put-offer (mapcar (lambda (text) (list :insertText text)) ,items)
                             (point) (point) nil)
     ,@body))

(ert-deftest codestral-ls-tests-rest ()
  "What is left follows the typing, and nothing is left of what does not fit."
  (codestral-ls-tests--with "x = |" '("value + 1")
    (should (equal (codestral-ls-rest) "value + 1"))
    (insert "val")
    (should (equal (codestral-ls-rest) "ue + 1"))
    (insert "?")
    (should-not (codestral-ls-rest))
    (delete-char -1)
    (should (equal (codestral-ls-rest) "ue + 1"))
    (goto-char (point-min))
    (should-not (codestral-ls-rest))))

(ert-deftest codestral-ls-tests-line-ends ()
  "A server's CRLF does not get into the buffer."
  (codestral-ls-tests--with "|" '("a\r\nb\rc")
    (should (equal (codestral-ls-rest) "a\nb\nc"))))

(ert-deftest codestral-ls-tests-words ()
  "A word is taken with the space before it."
  (pcase-dolist (`(,rest ,word) '(("foo(bar)" "foo") ("(bar)" "(") ("  x = 1" "  x") ("\n    y" "\n    y")
                                  ("größe + 1" "größe") ("日本語" "日本語") (" " " ") ("):\n" "):")))
    (should (equal (codestral-ls-first-word rest) word))))

(ert-deftest codestral-ls-tests-lines ()
  "A line that begins with a break is taken with what follows the break."
  (pcase-dolist (`(,rest ,line) '(("a\nb" "a") ("\n  b\nc" "\n  b") ("a" "a") ("\n\nb\n" "\n\nb")))
    (should (equal (codestral-ls-first-line rest) line))))

(ert-deftest codestral-ls-tests-no-project-misleads-python ()
  (dolist (row '((":/opt/lib" "/opt/lib") (".:lib:~/x:/opt/lib:/b:" "/opt/lib:/b") (":." nil) (nil nil)))
    (let ((process-environment (cons (if (car row) (concat "PYTHONPATH=" (car row)) "PYTHONPATH") process-environment))
          (path-separator ":"))
      (let ((process-environment (codestral-ls-own-environment)))
        (should (equal (getenv "PYTHONPATH") (cadr row)))
        (should (getenv "PATH")))))
  (should-not (equal (codestral-ls-neutral-folder) default-directory)))

(ert-deftest codestral-ls-tests-log-is-bounded ()
  "Of the server's log the end is kept."
  (let ((pipe (codestral-ls--log-pipe)))
    (unwind-protect
        (with-current-buffer (process-buffer pipe)
          (dotimes (number 200)
            (funcall (process-filter pipe) pipe (concat (make-string 5000 ?x) (format "\nline %d\n" number)))
            (should (<= (buffer-size) codestral-ls--most-log)))
          (goto-char (point-max))
          (should (search-backward "line 199" nil t))
          (should-not (search-backward "line 1\n" nil t)))
      (delete-process pipe))))

(ert-deftest codestral-ls-tests-utf-16-length ()
  "Characters beyond the basic plane count twice."
  (should (= (codestral-ls-utf-16-length "aé日𝄞") 5)))

(ert-deftest codestral-ls-tests-overlay ()
  "The rest is drawn at point and goes with the offer."
  (save-window-excursion
    (codestral-ls-tests--with "x = |" '("1\n2")
      (switch-to-buffer (current-buffer))
      (should (codestral-ls-draw))
      (should (equal (codestral-ls-shown) "1\n2"))
      (insert "3")
      (should-not (codestral-ls-draw))
      (should-not (codestral-ls-shown)))))

(ert-deftest codestral-ls-tests-changes ()
  "Changes are kept as the protocol wants them, in order."
  (with-temp-buffer
    (insert "one\ntwo𝄞\n")
    (setq codestral-ls--opened (make-instance 'codestral-ls-tests--unconnected))
    (add-hook 'before-change-functions #'codestral-ls--before-change nil t)
    (add-hook 'after-change-functions #'codestral-ls--after-change nil t)
    (goto-char (point-max))
    (backward-char)
    (insert "!")
    (delete-region 1 5)
    (should (equal (reverse codestral-ls--changes)
                   '((:range (:start (:line 1 :character 5) :end (:line 1 :character 5)) :text "!")
                     (:range (:start (:line 0 :character 0) :end (:line 1 :character 0)) :text ""))))))

(defclass codestral-ls-tests--unconnected ()
  ((encoding :initform 'utf-16 :accessor codestral-ls-connection-encoding))
  "A stand-in for a connection of which only the encoding matters.")

(ert-deftest codestral-ls-tests-command-line ()
  "Every subcommand has the user's settings, and none has a buffer's."
  (let ((command (default-value 'codestral-ls-command))
        (settings (default-value 'codestral-ls-settings)))
    (unwind-protect
        (with-temp-buffer
          (setq-default codestral-ls-command '("python3" "-m" "codestral_ls" "serve" "--stdio")
                        codestral-ls-settings '(:backend (:primary "codestral")))
          (setq-local codestral-ls-command '("touch" "mine")
                      codestral-ls-settings '(:codestral (:key_command "touch mine")))
          (let ((given '("--settings" "{\"backend\":{\"primary\":\"codestral\"}}")))
            (should (equal (codestral-ls-command-line)
                           (append '("python3" "-m" "codestral_ls" "serve" "--stdio") given)))
            (should (equal (codestral-ls-command-line "doctor")
                           (append '("python3" "-m" "codestral_ls" "doctor") given)))))
      (setq-default codestral-ls-command command
                    codestral-ls-settings settings))))

(ert-deftest codestral-ls-tests-language-ids ()
  "Major modes have the protocol's names."
  (pcase-dolist (`(,mode ,id) '((python-ts-mode "python") (c++-mode "cpp") (sh-mode "shellscript") (rust-mode "rust")))
    (let ((major-mode mode))
      (should (equal (codestral-ls--language-id) id)))))

(defvar flymake-mode)

(ert-deftest codestral-ls-tests-diagnostics ()
  "What Flymake shows near point is told once, the nearest first."
  (require 'flymake)
  (with-temp-buffer
    (insert (make-string 100 ?\n))
    (goto-char 50)
    (let* ((told nil)
           (tell (lambda (method params) (push (cons method params) told)))
           (shown (mapcar (lambda (line)
                            (flymake-make-diagnostic (current-buffer) line line :error
                                                     (make-string 400 ?é)))
                          '(53 51)))
           (flymake-mode t))
      (cl-letf (((symbol-function 'flymake-diagnostics)
                 (lambda (begin end) (should (equal (list begin end) '(30 70))) shown)))
        (codestral-ls-tell-diagnostics tell "file:///a" 'one)
        (codestral-ls-tell-diagnostics tell "file:///a" 'one)
        (should (= (length told) 1))
        (let ((all (plist-get (cdar told) :diagnostics)))
          (should (equal (mapcar (lambda (each) (plist-get (plist-get (plist-get each :range) :start) :line)) all)
                         '(50 52)))
          (should (= (length (plist-get (aref all 0) :message)) 300)))
        (codestral-ls-tell-diagnostics tell "file:///a" 'other)
        (should (= (length told) 2))
        (setq shown nil)
        (codestral-ls-tell-diagnostics tell "file:///a" 'other)
        (should (equal (plist-get (cdar told) :diagnostics) []))
        (codestral-ls-tell-diagnostics tell "file:///a" 'third)
        (should (= (length told) 4))))))

(provide 'codestral-ls-tests)
;;; codestral-ls-tests.el ends here

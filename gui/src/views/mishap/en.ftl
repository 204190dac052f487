# The shell
mishap-title = This part of the window failed
mishap-explain = It is a fault in the program, not in what you hold. Nothing is lost: what you have typed is still there. Try again, or go to another page.
mishap-again = Try again
mishap-report = A report lies on this device. It says where the program failed, and nothing of what you read or wrote. You may send it to those who make the program:

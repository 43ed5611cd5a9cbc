"""What is typed in the register and about a patient's alerts."""

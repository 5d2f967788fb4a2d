"""What people do from eligibility to the end of an enrolment."""

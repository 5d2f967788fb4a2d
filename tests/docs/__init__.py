"""What is promised is tested: the documents against the code."""

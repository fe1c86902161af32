"""What is measured and against which limit: `python -m bench`."""

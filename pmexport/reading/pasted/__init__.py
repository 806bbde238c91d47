"""What authors paste or write in a hurry, such as lines that begin with a time, brought into the report's form."""

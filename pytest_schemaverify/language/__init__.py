"""What the user wrote: a file of expectations as typed values with positions."""

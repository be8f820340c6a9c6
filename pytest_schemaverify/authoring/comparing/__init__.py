"""What a file of expectations and its database do not say alike."""
